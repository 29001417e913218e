import type { ExecutorOptions } from 'eventcore'
import { HANDLER_FORMS, type HandlerForm, PlanExecutor } from './plan-executor.ts'
import type { ClientContext } from './run-workload.ts'
import type { PlannedCommand } from './workload.ts'
import type { CommandEnd, WorkloadClient } from './workload-client.ts'

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

export interface ExecutorClientOptions {
  /** Executors on each handle: each has a cache and a queue of its own, as another process would. Default 1. */
  readonly executors?: number | undefined
  /** How handlers read: streams declared first, by `yield*` in a generator, by `await`. They take turns. Default: all. */
  readonly forms?: readonly HandlerForm[] | undefined
  /** Of every executor. Default: those of `CommandExecutor`. */
  readonly executorOptions?: ExecutorOptions | undefined
}

/**
 * Clients that execute through a `CommandExecutor`: `runWorkload(store, workload, { client: executorClient() })`. The three
 * forms of handlers take turns: streams declared, read by a generator, read by an asynchronous function.
 */
export function executorClient(options: ExecutorClientOptions = {}): (context: ClientContext) => WorkloadClient {
  const { executors = 1, forms = HANDLER_FORMS, executorOptions } = options
  const made = new Map<ClientContext['store'], PlanExecutor[]>()
  let clients = 0
  return (context) => {
    let ofStore = made.get(context.store)
    if (ofStore === undefined) {
      ofStore = Array.from({ length: executors }, () => new PlanExecutor(context.store, forms, executorOptions))
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
      const told = await this.#executor.execute(plan, { commandId, call, pause, maxAttempts })
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
