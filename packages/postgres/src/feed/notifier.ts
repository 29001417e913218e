import type { Connections } from '../connection/connections.ts'
import type { Naming } from '../schema/naming.ts'
import type { Listener } from './listener.ts'

/** How many milliseconds lie between two notifications at least. */
const PAUSE_MS = 10

/** The channel on which a store says that it has appended. */
export const channelOf = ({ schema, prefix }: Naming): string => `${schema.slice(1, -1)}.${prefix}events`.slice(0, 63)

/**
 * Tells other processes that something was appended. After the commit and not in it: a transaction that notifies holds a
 * lock of the whole server while it is flushed to the disk, which would make all appends of all processes queue up. If
 * this process dies in between, the others find out by looking.
 */
export class Notifier {
  readonly #connections: Connections
  readonly #listener: Listener | undefined
  readonly #channel: string
  #newest: bigint | undefined
  #sending: Promise<void> | undefined

  constructor(connections: Connections, listener: Listener | undefined, names: Naming) {
    this.#connections = connections
    this.#listener = listener
    this.#channel = channelOf(names)
  }

  /** The first one goes out at once; those that come while it is under way, or soon after, go out as one. */
  appended(position: bigint): void {
    if (this.#newest === undefined || position > this.#newest) this.#newest = position
    this.#sending ??= this.#send()
  }

  /** Waits until everything is told. */
  async idle(): Promise<void> {
    await this.#sending
  }

  async #send(): Promise<void> {
    while (this.#newest !== undefined) {
      const position = this.#newest
      this.#newest = undefined
      await this.#notify(position).catch(() => undefined)
      // Also when nothing waits: appends that come one by one would be told one by one otherwise.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    this.#sending = undefined
  }

  /**
   * By the connection that listens, where there is one. One of the pool is missing there to readers that the append has just
   * woken: each delivery then took a connection that had not read before, and the first ones had to make one.
   */
  async #notify(position: bigint): Promise<void> {
    if (this.#listener?.listening === true) await this.#listener.notify(String(position))
    else await this.#connections.notify(this.#channel, String(position))
  }
}
