import { compileStreamPattern } from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'
import { nastyText } from './nasty.ts'
import { type FuzzTarget, shown } from './target.ts'

const PIECES = [
  '*',
  '?',
  '[a-c]',
  '[!a]',
  '[]]',
  '[!]-]',
  '[a-]',
  'a',
  'b',
  '/',
  '-',
  ']',
  '😀',
  '\n',
  '.',
  '\\',
  '^',
  '$',
  '(',
]

/** Patterns of streams, against a matcher that takes the definition at its word. */
export const patterns: FuzzTarget = {
  name: 'stream patterns',
  share: 0.1,
  async run(cases, random, notes) {
    for (let i = 0; i < cases; i++) {
      const pattern = random.chance(0.3)
        ? nastyText(random)
        : Array.from({ length: 1 + random.below(6) }, () => random.pick(PIECES)).join('')
      const id = random.chance(0.3) ? nastyText(random) : near(random)
      const what = (): string => shown({ pattern, id })
      try {
        const { test, source } = compileStreamPattern(pattern)
        const wanted = matches([...pattern], [...id])
        const matched = test(id)
        // The other form is for databases; it must say the same.
        const same = matched === wanted && (id.length > 30 || new RegExp(source, 'su').test(id) === wanted)
        notes.check(same, `matched: ${matched}, by the definition: ${wanted}`, what)
      } catch (error) {
        notes.refuse(error, what)
      }
    }
  },
}

const near = (random: SeededRandom): string =>
  Array.from({ length: random.below(7) }, () => random.pick(['a', 'b', 'c', '/', '-', ']', '😀', '\n', '.'])).join('')

/** By the definition, character by character: exponential, and plain. */
function matches(pattern: readonly string[], id: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return id.length === 0
  if (first === '*') {
    const further = rest[0] === '*' ? rest.slice(1) : rest
    if (further.length < rest.length) return matches(rest, id)
    for (let taken = 0; taken <= id.length; taken++) if (matches(rest, id.slice(taken))) return true
    return false
  }
  const character = id[0]
  if (character === undefined) return false
  if (first === '?') return matches(rest, id.slice(1))
  if (first !== '[') return first === character && matches(rest, id.slice(1))
  const negated = rest[0] === '!'
  const members = negated ? rest.slice(1) : rest
  const end = members.indexOf(']', 1)
  return isIn(members.slice(0, end), character) !== negated && matches(members.slice(end + 1), id.slice(1))
}

function isIn(members: readonly string[], character: string): boolean {
  const point = (text: string): number => text.codePointAt(0) ?? 0
  for (let i = 0; i < members.length; i++) {
    const from = members[i] ?? ''
    const to = members[i + 2]
    if (members[i + 1] === '-' && to !== undefined) {
      if (point(from) <= point(character) && point(character) <= point(to)) return true
      i += 2
    } else if (from === character) return true
  }
  return false
}
