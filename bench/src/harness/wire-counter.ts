import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Messages of a client after which it waits for the server: Query, Sync, FunctionCall. */
const ASKING = new Set(['Q', 'S', 'F'].map((type) => type.charCodeAt(0)))

/**
 * Stands between clients and a PostgreSQL server and counts what they ask: whatever the library and its driver, each of these
 * is a round trip. It costs time, so nothing is timed through it.
 */
export class WireCounter {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #asked = 0

  /** @param url of the server, which must take connections without TLS */
  static async start(url: string): Promise<{ readonly counter: WireCounter; readonly url: string }> {
    const target = new URL(url)
    const counter = new WireCounter(target)
    counter.#server.listen(0, '127.0.0.1')
    await once(counter.#server, 'listening')
    const address = counter.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
    target.hostname = '127.0.0.1'
    target.port = String(address.port)
    return { counter, url: target.href }
  }

  private constructor({ hostname, port }: URL) {
    this.#server = createServer((client) => {
      const server = connect(Number(port || 5_432), hostname)
      const reader = new MessageReader((type) => {
        if (ASKING.has(type)) this.#asked++
      })
      client.on('data', (bytes) => reader.read(bytes as Buffer))
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) {
        this.#sockets.add(socket)
        socket.setNoDelay(true)
        // The other end goes with it; a client that is killed is no failure of the counter.
        socket.on('error', () => {})
        socket.on('close', () => {
          this.#sockets.delete(socket)
          client.destroy()
          server.destroy()
        })
      }
    })
  }

  /** Round trips so far. */
  get asked(): number {
    return this.#asked
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

const LENGTH_BYTES = 4

/** Finds the types of the messages of a client, wherever the network cuts them apart. */
class MessageReader {
  readonly #onMessage: (type: number) => void
  /** The first message says who connects, and has no type. */
  #type: number | undefined = 0
  #length = 0
  #lengthBytes = 0
  #left = 0

  constructor(onMessage: (type: number) => void) {
    this.#onMessage = onMessage
  }

  read(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, bytes.length - at)
        this.#left -= skipped
        at += skipped
        if (this.#left === 0) this.#type = undefined
      } else if (this.#type === undefined) {
        this.#type = bytes[at++]
      } else {
        this.#length = this.#length * 256 + (bytes[at++] ?? 0)
        if (++this.#lengthBytes === LENGTH_BYTES) this.#begin(this.#type)
      }
    }
  }

  #begin(type: number): void {
    if (type !== 0) this.#onMessage(type)
    this.#left = this.#length - LENGTH_BYTES
    if (this.#left === 0) this.#type = undefined
    this.#length = 0
    this.#lengthBytes = 0
  }
}
