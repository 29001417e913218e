import { ProgramError } from './program-error.ts'

/** Where the events are kept, as `--store` says it. */
export type StoreLocation =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** @throws ProgramError (`STORE_UNKNOWN`) */
export function parseStoreUrl(url: string): StoreLocation {
  const scheme = /^([a-z]+):/.exec(url)?.[1]
  const rest = url.slice((scheme?.length ?? 0) + 1)
  switch (scheme) {
    case 'memory':
      if (rest !== '') throw unknown(url, 'Nothing follows "memory:".')
      return { kind: 'memory' }
    case 'sqlite':
      // A second slash would begin a host name, and SQLite has none.
      if (rest === '' || /^\/\/[^/]/.test(rest)) throw unknown(url, 'The path of a file follows "sqlite:".')
      return { kind: 'sqlite', path: rest }
    case 'postgres':
    case 'postgresql':
      if (!rest.startsWith('//') || !URL.canParse(url)) throw unknown(url, 'It cannot be read as a URL.')
      return { kind: 'postgres', url }
    default:
      throw unknown(url, 'A store is named by one of these.')
  }
}

function unknown(url: string, reason: string): ProgramError {
  return new ProgramError(
    'STORE_UNKNOWN',
    `"${url}" names no store. ${reason}\n  memory:               kept as long as the program runs\n` +
      '  sqlite:PATH           a file, created if it is not there: sqlite:bank.db\n' +
      '  postgres://USER@HOST:PORT/DATABASE',
  )
}

/** As it may be shown: without a password. */
export function describeStore(location: StoreLocation): string {
  if (location.kind === 'memory') return 'memory:'
  if (location.kind === 'sqlite') return `sqlite:${location.path}`
  const url = new URL(location.url)
  if (url.password !== '') url.password = '***'
  return url.href
}
