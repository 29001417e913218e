import type { Connections } from '../connection/connections.ts'
import type { Naming } from '../schema/naming.ts'

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
  readonly #channel: string
  #newest: bigint | undefined
  #sending: Promise<void> | undefined

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
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
      // Nothing of it needs to survive a crash, so nobody waits for the disk.
      await this.#connections.notify(this.#channel, String(position)).catch(() => undefined)
      // Also when nothing waits: appends that come one by one would be told one by one otherwise.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    this.#sending = undefined
  }
}
