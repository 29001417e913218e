import { CommandExecutor, defineCommand, type ExecutorOptions, type OutcomeInfo, reject, unchecked } from 'eventcore'
import { digestJson } from '../checker/payload-digest.ts'
import { Walk, type WantedStreams, Work } from './executor-walk.ts'
import type { Pause } from './pauses.ts'
import type { ClientContext } from './run-workload.ts'
import { WORKED } from './worked-event.ts'
import type { PlannedCommand } from './workload.ts'
import type { CommandEnd, WorkloadClient } from './workload-client.ts'

/** The ways to write a handler, which an executor treats differently. */
const FORMS = ['declared', 'generator', 'async'] as const
export type HandlerForm = (typeof FORMS)[number]

/** Definite by the executor's promise: nothing was written. Any other error is a defect, of the workload or of the executor. */
const DEFINITE = new Set([
  'CONCURRENCY_CONFLICT',
  'COMMAND_TIMEOUT',
  'COMMAND_ABORTED',
  'EXECUTOR_OVERLOADED',
  'EXECUTOR_CLOSED',
  'STORE_UNAVAILABLE',
  'STORE_FAILURE',
  'STORE_CLOSED',
])

const TIMEOUT_MS = 60_000

export interface ExecutorClientOptions {
  /** Executors on each handle: each has a cache and a queue of its own, as another process would. Default 1. */
  readonly executors?: number | undefined
  /** How handlers read: streams declared first, by `yield*` in a generator, by `await`. They take turns. Default: all. */
  readonly forms?: readonly HandlerForm[] | undefined
  readonly executorOptions?: ExecutorOptions | undefined
}

/**
 * Clients that execute through a `CommandExecutor`: `runWorkload(store, workload, { client: executorClient() })`. The three
 * forms of handlers take turns: streams declared, read by a generator, read by an asynchronous function.
 */
export function executorClient(options: ExecutorClientOptions = {}): (context: ClientContext) => WorkloadClient {
  const { executors = 1, forms = FORMS, executorOptions } = options
  const made = new Map<ClientContext['store'], PlanExecutor[]>()
  let clients = 0
  return (context) => {
    let ofStore = made.get(context.store)
    if (ofStore === undefined) {
      ofStore = Array.from(
        { length: executors },
        () => new PlanExecutor(new CommandExecutor(context.store, executorOptions), forms),
      )
      made.set(context.store, ofStore)
    }
    const executor = ofStore[clients++ % ofStore.length]
    if (executor === undefined) throw new RangeError(`A client needs an executor; \`executors\` is ${executors}.`)
    return new ExecutorClient(executor, context)
  }
}

class ExecutorClient implements WorkloadClient {
  readonly #executor: PlanExecutor
  readonly #context: ClientContext

  constructor(executor: PlanExecutor, context: ClientContext) {
    this.#executor = executor
    this.#context = context
  }

  async execute(plan: PlannedCommand): Promise<CommandEnd> {
    const { store, recorder, process, pause, maxAttempts } = this.#context
    const commandId = store.newId()
    await pause()
    const call = recorder.invoke(commandId, process)
    try {
      const told = await this.#executor.execute(plan, commandId, pause, maxAttempts)
      call.ok(told)
      const status = told.writes.length > 0 ? 'committed' : 'nothing'
      return { status, attempts: told.attempts, conflicts: told.attempts - 1 }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'COMMIT_OUTCOME_UNKNOWN') {
        call.unknown(error)
        return { status: 'unknown', attempts: maxAttempts, conflicts: 0 }
      }
      if (typeof code !== 'string' || !DEFINITE.has(code)) throw error
      call.fail(error)
      return { status: 'failed', attempts: maxAttempts, conflicts: 0 }
    }
  }
}

interface ExecutedPlan {
  readonly plan: PlannedCommand
  readonly pause: Pause
  /** One for each run of the handler. */
  readonly walks: Walk<'Work'>[]
}

/** Runs planned commands as one command of an executor: the input is data, so it names the plan. */
class PlanExecutor {
  readonly #executor: CommandExecutor
  readonly #forms: readonly HandlerForm[]
  readonly #plans = new Map<number, ExecutedPlan>()
  #count = 0

  constructor(executor: CommandExecutor, forms: readonly HandlerForm[]) {
    this.#executor = executor
    this.#forms = forms
  }

  async execute(plan: PlannedCommand, commandId: string, pause: Pause, maxAttempts: number) {
    const number = this.#count++
    const form = this.#forms[number % this.#forms.length] ?? 'declared'
    const walks: Walk<'Work'>[] = []
    this.#plans.set(number, { plan, pause, walks })
    try {
      const command = this.#work({ number, form })
      const outcome = await this.#executor.execute(command, { commandId, maxAttempts, timeoutMs: TIMEOUT_MS })
      const walk = this.#decidedBy(outcome, walks)
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
    }
  }

  /**
   * The run of the handler that the outcome came from: the last one, or after a lost reply perhaps an earlier one. What it
   * saw must be what the outcome says that it was based on.
   */
  #decidedBy({ streams, commandId }: OutcomeInfo, walks: readonly Walk<'Work'>[]): Walk<'Work'> {
    const told = new Map(streams.map(({ stream, version }) => [stream, version]))
    const walk = walks.findLast((candidate) => {
      const seen = candidate.observations()
      return seen.length === told.size && seen.every(({ stream, version }) => told.get(stream) === version)
    })
    if (walk !== undefined) return walk
    const seen = walks.map((candidate) => candidate.observations())
    throw new Error(
      `No run of command ${commandId} saw what its outcome says: ${JSON.stringify(seen)}, and told was ${JSON.stringify(streams)}.`,
    )
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
