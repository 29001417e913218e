import { InvalidStreamPattern } from '../errors/definition-errors.ts'
import { codePointLength, STREAM_ID_LIMIT } from './stream-id.ts'

/**
 * Compiles a stream pattern into a regular expression over whole stream ids, for all stores alike: `*` is any run of
 * characters (also `/`), `?` one character (a code point), `[a-z]` one of a class, `[!a-z]` one outside it. In a class `]`
 * stands for itself when it comes first, `-` when it comes first or last. There is no escape character: stream ids
 * cannot contain pattern characters.
 * @throws InvalidStreamPattern (`INVALID_STREAM_PATTERN`)
 */
export function compileStreamPattern(pattern: string): RegExp {
  const refuse = (reason: string): never => {
    throw new InvalidStreamPattern(pattern, reason)
  }
  if (pattern === '') refuse('is empty')
  if (pattern.includes('\0')) refuse('contains the character U+0000')
  if (!pattern.isWellFormed()) refuse('contains half of a surrogate pair')
  if (codePointLength(pattern) > STREAM_ID_LIMIT) refuse(`is longer than ${STREAM_ID_LIMIT} characters`)

  const characters = [...pattern]
  let source = ''
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string
    if (character === '*') source += '.*'
    else if (character === '?') source += '.'
    else if (character === '[') {
      const negated = characters[i + 1] === '!'
      const first = i + (negated ? 2 : 1)
      // A `]` in first place belongs to the class, so the search for the end begins behind it.
      const end = characters.indexOf(']', first + 1)
      if (end === -1) refuse(`has a "[" without its "]"`)
      source += `[${negated ? '^' : ''}${classSource(characters.slice(first, end), refuse)}]`
      i = end
    } else source += literal(character)
  }
  return new RegExp(`^${source}$`, 'su')
}

function classSource(members: readonly string[], refuse: (reason: string) => never): string {
  let source = ''
  for (let i = 0; i < members.length; i++) {
    const from = members[i] as string
    const to = members[i + 2]
    if (members[i + 1] === '-' && to !== undefined) {
      if ((from.codePointAt(0) as number) > (to.codePointAt(0) as number))
        refuse(`has the class range ${from}-${to} the wrong way round`)
      source += `${classLiteral(from)}-${classLiteral(to)}`
      i += 2
    } else source += classLiteral(from)
  }
  return source
}

/** Escapes what means something in a regular expression. */
function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}

/** In a class `-` means something too. Outside of one its escape is an error, by the `u` flag. */
function classLiteral(character: string): string {
  return character === '-' ? '\\-' : literal(character)
}
