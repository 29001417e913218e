import { Problem } from '../problem.ts'
import type { ShopStore } from './shop-store.ts'

/** Where the shop is kept, as `--store` says it: `sqlite:PATH` or `postgres://…`. */
export interface StoreUrl {
  readonly kind: 'sqlite' | 'postgres'
  readonly where: string
}

/** @throws Problem (`USAGE`) */
export function parseStoreUrl(url: string): StoreUrl {
  const path = /^sqlite:(.+)$/s.exec(url)?.[1]
  if (path !== undefined && !/^\/\/[^/]/.test(path)) return { kind: 'sqlite', where: path }
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return { kind: 'postgres', where: url }
  throw new Problem(
    'USAGE',
    `--store is ${JSON.stringify(url)}; sqlite:PATH or postgres://USER@HOST:PORT/DATABASE is expected.`,
  )
}

/** As it may be shown: without a password. */
export function describeStore({ kind, where }: StoreUrl): string {
  if (kind === 'sqlite') return `sqlite:${where}`
  const url = new URL(where)
  if (url.password !== '') url.password = '***'
  return url.href
}

/** @throws EventCoreError when it cannot be opened. Only the store that is asked for is loaded. */
export async function openShop({ kind, where }: StoreUrl): Promise<ShopStore> {
  if (kind === 'sqlite') return await (await import('./sqlite-shop.ts')).openSqliteShop(where)
  return await (await import('./postgres-shop.ts')).openPostgresShop(where)
}
