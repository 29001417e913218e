import { isDeepStrictEqual } from 'node:util'
import { encodeJson } from 'eventcore'
import { diffLines } from './diff-lines.ts'
import type { AnyExpectation, ExpectedError, ExpectedState } from './expectations.ts'
import { byStream, decoded, type Observation } from './observation.ts'
import { renderObservation } from './render.ts'
import { SpecificationFailed } from './specification-failed.ts'
import type { Execution, Stage } from './stage.ts'
import { type StoryLine, tell } from './story.ts'

/** @throws SpecificationFailed when what happened is not what is expected; TypeError for expectations that exclude one another */
export async function insist(
  stage: Stage,
  execution: Execution,
  expectations: readonly AnyExpectation[],
  story: readonly StoryLine[],
): Promise<void> {
  const wanted = sort(expectations)
  const actual = await observe(stage, execution, wanted)
  const expected = expect(wanted, actual, execution)
  if (isDeepStrictEqual(actual, expected)) return
  const order = Object.keys(expected.events)
  const difference = diffLines(renderObservation(expected, order), renderObservation(actual, order))
  const lines = ['The command did not do what is expected of it.', ...tell(story), '', 'then (- expected, + happened)']
  const message = [...lines, ...difference.map((line) => `  ${line}`)].join('\n')
  throw new SpecificationFailed(message, { expected, actual }, execution.error)
}

interface Wanted {
  readonly events: readonly (AnyExpectation & { readonly kind: 'event' })[]
  readonly states: readonly ExpectedState[]
  readonly rejected: (AnyExpectation & { readonly kind: 'rejected' }) | undefined
  readonly throws: ExpectedError | undefined
  /** Whether new events matter at all. */
  readonly anyEvents: boolean
}

function sort(expectations: readonly AnyExpectation[]): Wanted {
  const events = expectations.filter((one) => one.kind === 'event')
  const states = expectations.filter((one) => one.kind === 'state')
  const rejections = expectations.filter((one) => one.kind === 'rejected')
  const errors = expectations.filter((one) => one.kind === 'throws')
  const nothing = expectations.filter((one) => one.kind === 'nothing')
  const ends = [events.length > 0 ? 1 : 0, nothing.length, rejections.length, errors.length]
  if (ends.reduce((sum, one) => sum + one) > 1)
    throw new TypeError('A command ends in one way: expect events, or nothing(), or one rejected(), or one throws().')
  const anyEvents = expectations.length === states.length
  return { events, states, rejected: rejections[0], throws: errors[0], anyEvents }
}

async function observe(stage: Stage, execution: Execution, { states }: Wanted): Promise<Observation> {
  const seen: Record<string, unknown> = {}
  for (const [name, expected] of named(states)) seen[name] = await stage.stateOf(expected)
  return { outcome: outcomeOf(execution), events: byStream(execution.written.map(decoded)), states: seen }
}

/** By their streams. One that is folded in several ways is several states, and each must hold. */
function named(states: readonly ExpectedState[]): readonly (readonly [name: string, state: ExpectedState])[] {
  const times = new Map<string, number>()
  return states.map((expected) => {
    const time = (times.get(expected.stream) ?? 0) + 1
    times.set(expected.stream, time)
    return [time === 1 ? expected.stream : `${expected.stream}, number ${time}`, expected] as const
  })
}

function outcomeOf({ outcome, error }: Execution): Observation['outcome'] {
  if (outcome === undefined) return { status: 'threw', error: describe(error) }
  if (outcome.status === 'committed') return { status: 'committed' }
  return { status: 'rejected', code: outcome.code, detail: outcome.detail }
}

/** What would have been observed. What the expectations leave open is as it was. */
function expect(wanted: Wanted, actual: Observation, { error }: Execution): Observation {
  const states = Object.fromEntries(named(wanted.states).map(([name, { state }]) => [name, state]))
  const events = wanted.anyEvents
    ? actual.events
    : byStream(wanted.events.map(({ stream, type, data }) => ({ stream, type, data: stored(stream, type, data) })))
  return { outcome: expectedOutcome(wanted, actual.outcome, error), events, states }
}

function expectedOutcome(
  { rejected, throws }: Wanted,
  actual: Observation['outcome'],
  error: unknown,
): Observation['outcome'] {
  if (throws !== undefined) {
    if (actual.status === 'threw' && matches(throws, error)) return actual
    return { status: 'threw', error: describeExpected(throws) }
  }
  if (rejected === undefined) return { status: 'committed' }
  const { code, detail } = rejected
  if (detail !== undefined) return { status: 'rejected', code, detail: detail.value }
  return actual.status === 'rejected' && actual.code === code ? actual : { status: 'rejected', code }
}

/** As it would come back from a store. @throws PayloadError */
const stored = (stream: string, type: string, data: unknown): unknown =>
  JSON.parse(encodeJson(data, `The expected payload of ${type} for ${stream}`))

/** The error, or one of its causes. */
function matches({ error: wanted, message }: ExpectedError, error: unknown): boolean {
  for (const one of causes(error)) {
    const isIt = typeof wanted === 'string' ? 'code' in one && one.code === wanted : one instanceof wanted
    if (!isIt) continue
    if (message === undefined) return true
    if (typeof message === 'string' ? one.message.includes(message) : new RegExp(message).test(one.message)) return true
  }
  return false
}

/** An error can be its own cause: so many are looked at. */
const CAUSES = 10

function causes(error: unknown): readonly Error[] {
  const found: Error[] = []
  for (let one = error; one instanceof Error && found.length < CAUSES; one = one.cause) found.push(one)
  return found
}

function describe(error: unknown): string {
  const found = causes(error)
  if (found.length === 0) return String(error)
  return found
    .map((one) => `${one.name}${'code' in one ? ` (${one.code})` : ''}: ${one.message}`)
    .join('\n  caused by ')
}

function describeExpected({ error, message }: ExpectedError): string {
  const name = typeof error === 'string' ? error : error.name
  return message === undefined ? name : `${name}: ${message}`
}
