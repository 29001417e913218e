import { createHash } from 'node:crypto'
import type { Commit, EventStore } from 'eventcore'
import { Account } from '../workloads/bank.ts'

/** Commits of one call. */
const BATCH = 500
/** Calls under way at once, on streams of their own. */
const CALLS = 4

/** What the hash of an input looks like. */
const INPUT_HASH = createHash('sha256').update('input').digest('base64')

/** 80 bytes. */
const PAYLOAD = JSON.stringify({ amount: 1, reference: 'invoice 2026-11-0815', text: 'Thank you very much' })

/** Ids without an order, as random UUIDs have none: neighbours in time are strangers in the index. 36 characters. */
export function accountId(n: number): string {
  const hex = createHash('md5').update(String(n)).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Where streams stand: version and id of the last event. */
export class Heads {
  readonly #versions: Uint32Array
  readonly #ids: (string | null)[]

  constructor(streams: number) {
    this.#versions = new Uint32Array(streams)
    this.#ids = new Array<string | null>(streams).fill(null)
  }

  /** A commit of one event to a stream, as a command leaves it behind. */
  deposit(store: EventStore, n: number): Commit {
    const stream = Account.idOf(accountId(n))
    const version = this.#versions[n] as number
    const id = store.newId()
    const commandId = store.newId()
    const headId = this.#ids[n] ?? null
    this.#versions[n] = version + 1
    this.#ids[n] = id
    return {
      commandId,
      commandName: 'Deposit',
      inputHash: INPUT_HASH,
      checks: [{ stream, version, headId, base: version }],
      events: [{ id, stream, type: 'MoneyDeposited', data: PAYLOAD }],
      recordedAt: Date.now(),
      correlationId: commandId,
      causationId: null,
      metadata: '{}',
    }
  }
}

/**
 * Gives each of so many streams so many events, one round over all streams after the other, so that the events of a stream lie
 * far from each other in the log. Through the store's own append: the rows are those that commands leave behind.
 */
export async function fillHistory(
  store: EventStore,
  { streams, eventsPerStream }: { readonly streams: number; readonly eventsPerStream: number },
  onProgress: (events: number) => void,
): Promise<Heads> {
  const heads = new Heads(streams)
  for (let round = 0; round < eventsPerStream; round++) {
    let next = 0
    const work = async (): Promise<void> => {
      while (next < streams) {
        const first = next
        next = Math.min(streams, next + BATCH)
        // 7,919 is prime to the numbers of streams that are asked for: each stream once.
        const commits = Array.from({ length: next - first }, (_, i) =>
          heads.deposit(store, ((first + i) * 7_919 + round * 104_729) % streams),
        )
        const results = await store.append(commits)
        const failed = results.find(({ status }) => status !== 'committed')
        if (failed !== undefined) throw new Error(`A commit that was to fill the store ended as ${failed.status}.`)
        if (first % 50_000 === 0) onProgress(round * streams + first)
      }
    }
    await Promise.all(Array.from({ length: CALLS }, work))
  }
  return heads
}
