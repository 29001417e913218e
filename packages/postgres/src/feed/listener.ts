import type { Client } from 'pg'
import { notification } from '../connection/notification.ts'
import { hangUp, sayGoodbye } from '../connection/say-goodbye.ts'

export interface ListenerOptions {
  /** A connection of its own, not connected yet: one of a pool would be missing there. */
  readonly createClient: () => Client
  readonly channel: string
  /** Somebody has appended up to this position. */
  readonly onAppended: (position: bigint) => void
  /** Notifications may have been missed. */
  readonly onGap: () => void
}

const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 10_000

/** Listens for notifications, and comes back after every loss of its connection. */
export class Listener {
  readonly #options: ListenerOptions
  #client: Client | undefined
  #retry: NodeJS.Timeout | undefined
  #retryMs = FIRST_RETRY_MS
  #started = false
  #listening = false
  #closed = false

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  /** Twice is fine. */
  start(): void {
    if (this.#started) return
    this.#started = true
    void this.#connect()
  }

  /** Whether every notification from now on arrives, or is told as a gap. */
  get listening(): boolean {
    return this.#listening
  }

  /** Notifies the others on the channel, by this connection: mostly it has nothing to do. Only while it is listening. */
  async notify(payload: string): Promise<void> {
    const client = this.#client
    try {
      await client?.query(notification(this.#options.channel, payload))
    } catch (error) {
      // Nothing comes through it, perhaps, and then no notification of others does either.
      if (client !== undefined) hangUp(client)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    if (this.#client !== undefined) await sayGoodbye(this.#client).catch(() => undefined)
  }

  async #connect(): Promise<void> {
    const { createClient, channel, onAppended, onGap } = this.#options
    const client = createClient()
    this.#client = client
    client.on('error', () => undefined)
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ payload = '' }) => {
      if (/^\d{1,19}$/.test(payload)) onAppended(BigInt(payload))
      else onGap()
    })
    try {
      await client.connect()
      await client.query(`listen "${channel}"`)
      this.#retryMs = FIRST_RETRY_MS
      this.#listening = this.#client === client
      // Whatever was notified before this moment went past us.
      onGap()
    } catch {
      // Ending it leads to the retry; one that never came to be does not end.
      await sayGoodbye(client).catch(() => undefined)
      this.#lost(client)
    }
  }

  #lost(client: Client): void {
    if (this.#closed || this.#client !== client) return
    this.#client = undefined
    this.#listening = false
    this.#retry = setTimeout(() => void this.#connect(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS)
  }
}
