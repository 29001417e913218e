import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Order } from './task.ts'

/** Longer than any step of any scenario: ten million events take some minutes to write. */
const STEP_TIMEOUT_MS = 1_800_000

const END_TIMEOUT_MS = 10_000

/** A process that measures. */
export class Child<T> {
  readonly #process: ChildProcess
  readonly #stepTimeoutMs: number

  /**
   * @param entry a program that calls `serveTasks`
   * @param stepTimeoutMs how long it may take over one order
   */
  constructor(entry: URL, stepTimeoutMs = STEP_TIMEOUT_MS) {
    this.#stepTimeoutMs = stepTimeoutMs
    // Typed arrays of latencies cross as they are.
    this.#process = fork(entry, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  /** @throws Error with what the process said, or that it died */
  async order<Type extends Answer['type']>(order: Order<T>, expected: Type): Promise<Extract<Answer, { type: Type }>> {
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(this.#stepTimeoutMs)])
    const onExit = (): void => ended.abort(new Error(`The process that was to ${order.type} ended.`))
    this.#process.once('exit', onExit)
    try {
      const answered = once(this.#process, 'message', { signal })
      this.#process.send(order as Order<unknown> & object)
      const [answer] = (await answered) as [Answer]
      if (answer.type === 'failed') throw new Error(answer.message)
      if (answer.type !== expected) throw new Error(`${expected} was expected, and the answer was ${answer.type}.`)
      // The compiler does not see that `type` decides.
      return answer as Extract<Answer, { type: Type }>
    } catch (error) {
      // Of the two, only the reason says what happened.
      throw signal.aborted
        ? new Error(`No answer to "${order.type}": ${String(signal.reason)}`, { cause: error })
        : error
    } finally {
      this.#process.off('exit', onExit)
    }
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    // It ends by itself then.
    if (this.#process.connected) this.#process.disconnect()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_TIMEOUT_MS)
    await exited
    clearTimeout(timer)
  }
}
