import { setTimeout as sleep } from 'node:timers/promises'
import {
  CommandExecutor,
  type Commit,
  type CommittedEvent,
  defineCommand,
  type EventStore,
  type ExecutorOptions,
  type OutcomeInfo,
  reject,
  unchecked,
} from 'eventcore'
import type { RecordedCall } from '../checker/history-recorder.ts'
import { digestJson, digestText } from '../checker/payload-digest.ts'
import { Walk, type WantedStreams, Work } from './executor-walk.ts'
import type { Pause } from './pauses.ts'
import { watchedAppends } from './watched-appends.ts'
import { WORKED } from './worked-event.ts'
import type { PlannedCommand } from './workload.ts'

/** The ways to write a handler, which an executor treats differently. */
export const HANDLER_FORMS = ['declared', 'generator', 'async'] as const
export type HandlerForm = (typeof HANDLER_FORMS)[number]

const TIMEOUT_MS = 60_000

/** One execution as its client sees it. */
interface Execution {
  readonly commandId: string
  readonly call: RecordedCall
  readonly pause: Pause
  readonly maxAttempts: number
}

interface ExecutedPlan {
  readonly plan: PlannedCommand
  readonly pause: Pause
  /** One for each run of the handler. */
  readonly walks: Walk<'Work'>[]
  /** Which of them made the events that were sent, by the id of the first event. */
  readonly sent: Map<string, Walk<'Work'>>
}

/** Runs planned commands as one command of an executor: the input is data, so it names the plan. */
export class PlanExecutor {
  readonly #executor: CommandExecutor
  readonly #forms: readonly HandlerForm[]
  readonly #plans = new Map<number, ExecutedPlan>()
  readonly #calls = new Map<string, { readonly call: RecordedCall; readonly executed: ExecutedPlan }>()
  #count = 0

  constructor(store: EventStore, forms: readonly HandlerForm[], options?: ExecutorOptions) {
    this.#executor = new CommandExecutor(
      watchedAppends(store, (commit) => this.#sending(commit)),
      options,
    )
    this.#forms = forms
  }

  async execute(plan: PlannedCommand, { commandId, call, pause, maxAttempts }: Execution) {
    const number = this.#count++
    // Only a handler that awaits can take its time.
    const form = plan.thinkMs === undefined ? (this.#forms[number % this.#forms.length] ?? 'declared') : 'async'
    const executed: ExecutedPlan = { plan, pause, walks: [], sent: new Map() }
    this.#plans.set(number, executed)
    this.#calls.set(commandId, { call, executed })
    try {
      const command = this.#work({ number, form })
      const outcome = await this.#executor.execute(command, { commandId, maxAttempts, timeoutMs: TIMEOUT_MS })
      const walk = this.#decidedBy(outcome, executed)
      const reads = walk.observations()
      if (outcome.status === 'rejected') return { reads, writes: [], attempts: outcome.attempts }
      const sent = walk.payloads(commandId)
      if (sent.length !== outcome.events.length) {
        throw new Error(
          `Command ${commandId} decided ${sent.length} events, and its outcome has ${outcome.events.length}.`,
        )
      }
      const writes = outcome.events.map(({ id, stream, version, position }, i) => {
        const digest = digestJson(WORKED, sent[i]?.payload)
        return { stream, eventId: id, digest, version, position }
      })
      return { reads, writes, attempts: outcome.attempts }
    } finally {
      this.#plans.delete(number)
      this.#calls.delete(commandId)
    }
  }

  /**
   * The run of the handler that the outcome came from: the last one, or after a lost reply perhaps an earlier one, which the ids
   * of its events tell. What it saw must be what the outcome says that it was based on.
   */
  #decidedBy(outcome: OutcomeInfo & { readonly events?: readonly CommittedEvent[] }, { walks, sent }: ExecutedPlan) {
    const { streams, commandId, events = [] } = outcome
    const told = new Map(streams.map(({ stream, version }) => [stream, version]))
    const [first] = events
    const candidates = first === undefined ? walks : [sent.get(first.id)].filter((walk) => walk !== undefined)
    const walk = candidates.findLast((candidate) => {
      const seen = candidate.observations()
      return seen.length === told.size && seen.every(({ stream, version }) => told.get(stream) === version)
    })
    if (walk !== undefined) return walk
    const seen = walks.map((candidate) => candidate.observations())
    throw new Error(
      `No run of command ${commandId} saw what its outcome says: ${JSON.stringify(seen)}, and told was ${JSON.stringify(streams)}.`,
    )
  }

  /** Shown before each attempt, so that a commit of which nobody was told can be compared with what was sent. */
  #sending({ commandId, checks, events }: Commit): void {
    const reads = checks.map(({ stream, version, headId }) => ({ stream, version, headId }))
    const writes = events.map(({ id, stream, type, data }) => {
      return { stream, eventId: id, digest: digestText(type, data) }
    })
    const known = this.#calls.get(commandId)
    known?.call.sending({ reads, writes })
    const [walk, [first]] = [known?.executed.walks.at(-1), events]
    if (walk !== undefined && first !== undefined) known?.executed.sent.set(first.id, walk)
  }

  readonly #work = defineCommand({
    name: 'Work',
    input: unchecked<{ readonly number: number; readonly form: HandlerForm }>(),
    streams: ({ number, form }) =>
      references(form === 'declared' ? new Walk(this.#plan(number).plan).wanted() : undefined),
    handle: ({ input: { number, form }, open, fixed, read, commandId }) => {
      const { plan, pause, walks } = this.#plan(number)
      const walk = new Walk<'Work'>(plan)
      walks.push(walk)
      if (form === 'declared') walk.take({ open, fixed })
      const refuse = number % 2 === 0
      const decision = () => {
        const emissions = walk.emissions(commandId)
        return emissions.length === 0 && refuse ? reject('NothingToDo') : emissions
      }
      if (form !== 'async') {
        return (function* () {
          for (let wanted = walk.wanted(); wanted !== undefined; wanted = walk.wanted()) {
            walk.take(yield* read(references(wanted)))
          }
          return decision()
        })()
      }
      return (async () => {
        for (let wanted = walk.wanted(); wanted !== undefined; wanted = walk.wanted()) {
          walk.take(await read(references(wanted)))
          await pause()
          if (plan.thinkMs !== undefined) await sleep(plan.thinkMs)
        }
        return decision()
      })()
    },
  })

  #plan(number: number): ExecutedPlan {
    const planned = this.#plans.get(number)
    if (planned === undefined) throw new RangeError(`Plan ${number} is decided after its outcome was told.`)
    return planned
  }
}

const references = ({ open, fixed }: WantedStreams = { open: [], fixed: [] }) => ({
  open: Work.many(open),
  fixed: Work.manyReadOnly(fixed),
})
