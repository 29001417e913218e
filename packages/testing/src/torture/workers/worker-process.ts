import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoreLocation } from '../targets/store-location.ts'
import { noFigures, type WorkFigures, type WorkOrder } from './work.ts'
import type { Worker } from './worker.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** Beside this file, which is TypeScript in the sources and JavaScript in the package. */
const PROGRAM = fileURLToPath(new URL(`worker-main${extname(import.meta.url)}`, import.meta.url))
const COMPLAINT_LIMIT = 4_000

/** A process that works. */
export class WorkerProcess implements Worker {
  readonly slot: number
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #told = new Map<FromWorker['type'], PromiseWithResolvers<void>>()
  #figures = noFigures()
  #complaint = ''
  #killed = false

  constructor(order: WorkOrder, location: StoreLocation) {
    this.slot = order.slot
    this.#child = spawn(process.execPath, [...process.execArgv, PROGRAM], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#ended = once(this.#child, 'close')
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_LIMIT)
    })
    // What is sent to a process that has just died is lost, as it would be.
    this.#child.on('error', () => undefined)
    this.#child.on('message', (message: FromWorker) => {
      if (message.type === 'figures') this.#figures = message.figures
      this.#when(message.type).resolve()
    })
    this.#tell({ type: 'work', order, location })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get figures(): WorkFigures {
    return this.#figures
  }

  get failure(): string | undefined {
    const { exitCode, signalCode } = this.#child
    if (this.#killed || this.running || exitCode === 0) return undefined
    return `process ${this.pid} ended by itself (${signalCode ?? `code ${exitCode}`}):\n${this.#complaint}`
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  ready(): Promise<unknown> {
    return Promise.race([this.#when('ready').promise, this.#ended])
  }

  async kill(): Promise<void> {
    this.#killed = true
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  moveClock(offsetMs: number): void {
    this.#tell({ type: 'clock', offsetMs })
  }

  async finish(): Promise<void> {
    this.#tell({ type: 'finish' })
    await Promise.race([this.#when('idle').promise, this.#ended])
  }

  async close(): Promise<void> {
    this.#tell({ type: 'close' })
    await this.#ended
  }

  #tell(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  #when(type: FromWorker['type']): PromiseWithResolvers<void> {
    let told = this.#told.get(type)
    if (told === undefined) {
      told = Promise.withResolvers()
      this.#told.set(type, told)
    }
    return told
  }
}
