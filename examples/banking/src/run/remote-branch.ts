import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ProgramError } from '../program-error.ts'
import type { StoreLocation } from '../store-url.ts'
import type { Branch } from './branch.ts'
import { FromBranch, type ToBranch } from './branch-messages.ts'
import { noCounts } from './counts.ts'
import type { Share } from './day-rows.ts'

/** A branch in a process of its own. It has the store in common with the others, and nothing else. */
export class RemoteBranch implements Branch {
  readonly place = 'in a process of its own'
  readonly counts = noCounts()
  readonly #process: ChildProcess
  readonly #ready: Promise<void>
  readonly #done: Promise<void>

  constructor(store: Exclude<StoreLocation, { kind: 'memory' }>, concurrency: number, share: Share) {
    // stdout belongs to the report.
    this.#process = fork(fileURLToPath(import.meta.resolve('./branch-process.ts')), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const ready = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    this.#ready = ready.promise
    this.#done = done.promise
    // Whoever waits hears of it; nobody may be waiting yet.
    for (const promise of [ready.promise, done.promise]) promise.catch(() => {})
    const fail = (problem: string, cause?: unknown): void => {
      const error = new ProgramError('BRANCH_FAILED', `The branch in a process of its own failed: ${problem}`, {
        cause,
      })
      ready.reject(error)
      done.reject(error)
    }
    this.#process.on('error', (error) => fail(error.message, error))
    this.#process.on('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}.`))
    this.#process.on('message', (received) => {
      const message = FromBranch.parse(received)
      if (message.kind === 'failed') fail(message.message)
      else if (message.kind === 'ready') ready.resolve()
      else Object.assign(this.counts, message.counts)
      if (message.kind === 'done') done.resolve()
    })
    this.#tell({ kind: 'prepare', store, concurrency, ...share })
  }

  ready(): Promise<void> {
    return this.#ready
  }

  async run(): Promise<void> {
    this.#tell({ kind: 'begin' })
    await this.#done
  }

  /** It ends by itself when nobody is connected to it. */
  close(): void {
    if (this.#process.connected) this.#process.disconnect()
  }

  #tell(message: ToBranch): void {
    this.#process.send(message)
  }
}
