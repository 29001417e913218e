import {
  type AnyRejection,
  codeOfLastRejection,
  countIdleGuards,
  countRejections,
  reject,
} from '../command/rejection.ts'
import { ForeignWrite, HandlerFailed, LostWrite } from '../errors/command-errors.ts'
import type { AnyReference } from '../stream/stream-reference.ts'
import { type Attempt, runIsOver } from './attempt.ts'
import { Emission } from './emission.ts'
import { whyNoReferences } from './named-references.ts'
import { isOwnError } from './own-error.ts'
import { HandlerRead } from './read-request.ts'
import { reasonOf } from './reason-of.ts'

/** What an attempt came to. All of it is checked at the store before the caller hears of it, an error too. */
export type Decided =
  | { readonly kind: 'events'; readonly emissions: readonly Emission[] }
  | { readonly kind: 'rejection'; readonly rejection: AnyRejection }
  | { readonly kind: 'threw'; readonly error: unknown }

/** The attempt needs streams that are not at hand: load them, then decide anew. */
export interface NeedsStreams {
  readonly kind: 'needs-streams'
  readonly references: readonly AnyReference[]
}

/** Runs the handler, which may turn out to be asynchronous. Never throws and never rejects. */
export function decide(attempt: Attempt): Decided | NeedsStreams | Promise<Decided> {
  const idleBefore = countIdleGuards()
  const rejectionsBefore = countRejections()
  const decided = run(attempt)
  // A handler runs without interruption until it returns or awaits, so what was made meanwhile is its own.
  if (countRejections() !== rejectionsBefore) attempt.rejectionMade = codeOfLastRejection()
  if (decided instanceof Promise) return decided
  if (countIdleGuards() !== idleBefore)
    return carelessly(attempt, 'called ensure(...) without "yield*", which checks nothing. Write "yield* ensure(...)".')
  return withNothingForgotten(attempt, decided)
}

/**
 * As with an event that is made and not returned: what was meant to refuse the command, or to be looked at before it is carried out, must
 * not be lost.
 */
function withNothingForgotten<Result extends Decided | NeedsStreams>(
  attempt: Attempt,
  decided: Result,
): Result | Decided {
  const { rejectionMade, idleReads } = attempt
  if (decided.kind !== 'events') return decided
  if (rejectionMade !== undefined)
    return carelessly(
      attempt,
      `made the rejection ${JSON.stringify(rejectionMade)} and did not return it, so it refuses nothing. Write "return reject(...)".`,
    )
  if (idleReads > 0)
    return carelessly(
      attempt,
      'called read(...) and did not wait for it, so nothing was read, and nothing is checked. Write "yield* read(...)", or "await read(...)" where it is asynchronous.',
    )
  return decided
}

function carelessly({ job }: Attempt, mistake: string): Decided {
  const { kind, commandId } = job.request
  return { kind: 'threw', error: new HandlerFailed(kind.name, commandId, `its handler ${mistake}`) }
}

function run(attempt: Attempt): Decided | NeedsStreams | Promise<Decided> {
  try {
    const { kind } = attempt.job.request
    const context = attempt.context()
    if (kind.discover !== undefined) {
      const found = kind.discover(attempt.discoveryContext())
      if (attempt.job.isSettled) throw runIsOver(attempt.job)
      const reason = whyNoReferences('discover', found, attempt.job.request.declared)
      if (reason !== undefined) throw new HandlerFailed(kind.name, attempt.job.request.commandId, reason)
      const references = Object.values(found)
      attempt.beginRound(references)
      if (!attempt.areLoaded(references)) return { kind: 'needs-streams', references }
      for (const name in found) context[name] = attempt.bind(found[name] as AnyReference, 'discovered')
    }
    const result = kind.handle(context)
    if (isGenerator(result)) return drive(attempt, result)
    if (isThenable(result)) return settleLater(attempt, result)
    return accept(attempt, result)
  } catch (error) {
    return failed(attempt, error)
  }
}

/** Takes a generator through its reads and guards. What it reads and is not at hand ends the attempt. */
function drive(attempt: Attempt, handler: Generator<unknown, unknown, unknown>): Decided | NeedsStreams {
  let answer: unknown
  for (;;) {
    const step = handler.next(answer)
    if (step.done === true) return accept(attempt, step.value)
    if (attempt.job.isSettled) {
      abandon(handler)
      throw runIsOver(attempt.job)
    }
    if (step.value instanceof HandlerRead) {
      const read = step.value
      read.begin()
      attempt.beginRound(read.references)
      if (!attempt.areLoaded(read.references)) {
        abandon(handler)
        attempt.close()
        return { kind: 'needs-streams', references: read.references }
      }
      answer = read.result((reference) => attempt.bind(reference, 'read'))
    } else if (isRejection(step.value)) {
      handler.return(undefined)
      return accept(attempt, step.value)
    } else {
      handler.return(undefined)
      attempt.close()
      return carelessly(attempt, `yielded ${describe(step.value)}; "yield*" a read(...) or an ensure(...)`)
    }
  }
}

/** Leaves a run that is not the one that counts. */
function abandon(handler: Generator<unknown, unknown, unknown>): void {
  try {
    handler.return(undefined)
  } catch {
    // Not swallowed: what its `finally` throws for want of what it reads is no decision. The run that has it all throws it again if it is meant.
  }
}

async function settleLater(attempt: Attempt, result: PromiseLike<unknown>): Promise<Decided> {
  try {
    const returned = await result
    // A copy: it is sent later, and until then the handler could use its list for something else.
    const decision = Array.isArray(returned) ? Array.from(returned as unknown[]) : returned
    return withNothingForgotten(attempt, accept(attempt, decision))
  } catch (error) {
    return failed(attempt, error)
  }
}

/** Checks what the handler returned: a rejection, or events that this very attempt made, each once, and all of them. */
function accept(attempt: Attempt, result: unknown): Decided {
  attempt.close()
  if (isRejection(result)) return { kind: 'rejection', rejection: result }
  const emissions = Array.isArray(result) ? (result as unknown[]) : [result]
  const { kind, commandId } = attempt.job.request
  for (const emission of emissions) {
    if (!(emission instanceof Emission))
      return carelessly(
        attempt,
        `returned ${describe(emission)}${Array.isArray(result) ? ' in its list' : ''}; events made by "emit", a list of them, or a rejection is expected`,
      )
    const whose =
      emission.attempt !== attempt
        ? 'was made by another execution'
        : emission.returned
          ? 'was returned twice'
          : undefined
    if (whose !== undefined)
      return {
        kind: 'threw',
        error: new ForeignWrite(
          kind.name,
          commandId,
          `the event ${emission.type} on ${emission.stream} ${whose}. Return what this run of handle made, each event once.`,
        ),
      }
    emission.returned = true
  }
  if (emissions.length !== attempt.emissions.length) {
    const lost = attempt.emissions
      .filter((emission) => !emission.returned)
      .map(({ stream, type }) => ({ stream, type }))
    return { kind: 'threw', error: new LostWrite(kind.name, commandId, lost) }
  }
  return { kind: 'events', emissions: emissions as Emission[] }
}

/** The library's own errors say what to do; any other is wrapped, with the command it came from. */
function failed(attempt: Attempt, error: unknown): Decided {
  attempt.close()
  if (isOwnError(error)) return { kind: 'threw', error }
  const { kind, commandId } = attempt.job.request
  return {
    kind: 'threw',
    error: new HandlerFailed(kind.name, commandId, `its handler failed: ${reasonOf(error)}`, { cause: error }),
  }
}

function isRejection(value: unknown): value is AnyRejection {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === REJECTION_KIND
}

const REJECTION_KIND = reject('').kind

function isGenerator(value: unknown): value is Generator<unknown, unknown, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.iterator in value &&
    'next' in value &&
    typeof value.next === 'function'
  )
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isThenable(value)) return 'a promise'
  if (typeof value === 'object' && value !== null)
    return `an object with the keys ${JSON.stringify(Object.keys(value).slice(0, 5))}`
  return typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? typeof value)
}
