import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deposit } from '@eventcore/testing/contract'
import { CommitOutcomeUnknown, type EventStore, StoreUnavailable } from 'eventcore'
import { PostgresEventStore } from '../../src/index.ts'

const program = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url))

/** Whether the process stands still (SIGSTOP). */
export const isStopped = ({ pid }: ChildProcess): boolean => /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

/** Appends to the streams that everybody writes to, all the time, and keeps the time of each append. */
export class WatchedWriters {
  appends = 0
  /** Since it was asked for last. */
  #longestMs = 0
  readonly #stopping = new AbortController()
  readonly #writing: Promise<unknown>

  constructor(store: EventStore, clients = 4) {
    const append: EventStore['append'] = async (commits) => {
      const begun = performance.now()
      const results = await store.append(commits)
      this.#longestMs = Math.max(this.#longestMs, performance.now() - begun)
      this.appends++
      return results
    }
    const watched = new Proxy(store, {
      get: (target, name) => {
        if (name === 'append') return append
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    this.#writing = Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        while (!this.#stopping.signal.aborted) {
          await deposit(watched, [{ key: `shared-${client % 3}` }, { key: `own-${client}` }]).catch(ignoreLostAnswer)
          await sleep(5)
        }
      }),
    )
  }

  takeLongest(): number {
    const longest = this.#longestMs
    this.#longestMs = 0
    return Math.round(longest)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#writing
  }
}

/** Whoever was stopped for long has not waited for the answer to what it had sent. */
function ignoreLostAnswer(error: unknown): void {
  if (!(error instanceof CommitOutcomeUnknown || error instanceof StoreUnavailable)) throw error
}

export interface StoppedWriterReport {
  /** For how long a process that appends was stopped, and the longest append of others meanwhile. */
  readonly stops: readonly { readonly stoppedMs: number; readonly longestMs: number }[]
  /** The longest append while nobody was stopped. */
  readonly usualMs: number
  readonly appends: number
}

/** Stops a process that appends to the streams of others, at any moment, for as long as is said. */
export async function stopWriters(url: string, stopsMs: readonly number[]): Promise<StoppedWriterReport> {
  const store = await PostgresEventStore.open({ url, maxConnections: 4 })
  const child = spawn(process.execPath, [...process.execArgv, program, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const writers = new WatchedWriters(store)
  try {
    await once(child.stdout, 'data')
    writers.takeLongest()
    await sleep(500)
    const usualMs = writers.takeLongest()
    const stops = []
    for (const stoppedMs of stopsMs) {
      child.kill('SIGSTOP')
      await sleep(stoppedMs)
      stops.push({ stoppedMs, longestMs: writers.takeLongest() })
      child.kill('SIGCONT')
      await sleep(50 + Math.random() * 50)
    }
    return { stops, usualMs, appends: writers.appends }
  } finally {
    await writers.stop()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await store.close()
  }
}
