import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { SeededRandom } from '../../workload/seeded-random.ts'

/** A request of a client larger than this brings events: smaller ones read. */
const LARGE_REQUEST_BYTES = 400

export interface Delay {
  readonly ms: number
  /** Added at random, up to so much. The order of bytes stays. */
  readonly jitterMs: number
}

/** Stands between clients and a server, and does to their connections what networks do. */
export class TcpProxy {
  readonly #server: Server
  readonly #links = new Set<Link>()
  readonly #random: SeededRandom
  #delay: Delay | undefined
  #swallow: (() => void) | undefined
  #tear: (() => void) | undefined

  static async before(target: { readonly host: string; readonly port: number }, random: SeededRandom) {
    const proxy = new TcpProxy(target, random)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  private constructor(target: { readonly host: string; readonly port: number }, random: SeededRandom) {
    this.#random = random
    this.#server = createServer((client) => {
      const link = new Link(client, connect(target), {
        delayMs: () => (this.#delay === undefined ? 0 : this.#delay.ms + this.#random.below(this.#delay.jitterMs + 1)),
        reply: (bytes, toLargeRequest) => this.#reply(bytes, toLargeRequest),
        closed: () => this.#links.delete(link),
      })
      this.#links.add(link)
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port // it listens on TCP
  }

  /** The URL with this proxy in the place of the server. */
  through(url: string): string {
    const through = new URL(url)
    through.hostname = '127.0.0.1'
    through.port = String(this.port)
    return through.href
  }

  cutAll(): void {
    for (const link of this.#links) link.cut()
  }

  /** One connection, whatever it is doing. */
  cutOne(): void {
    if (this.#links.size > 0) this.#random.pick([...this.#links]).cut()
  }

  /** From now on; `undefined` ends it. */
  delay(delay: Delay | undefined): void {
    this.#delay = delay
  }

  /** On half of the connections nothing passes any more, and neither side is told. New ones work. */
  silence(): void {
    for (const link of this.#links) if (this.#random.chance(0.5)) link.silence()
  }

  /** The next answer to a large request is thrown away and its connection cut: the server has done it, nobody knows. */
  swallowReply(signal: AbortSignal): Promise<void> {
    return this.#once(signal, (done) => {
      this.#swallow = done
    })
  }

  /** The next answer is cut off in the middle, with its connection. */
  tearReply(signal: AbortSignal): Promise<void> {
    return this.#once(signal, (done) => {
      this.#tear = done
    })
  }

  async close(): Promise<void> {
    this.cutAll()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #once(signal: AbortSignal, arm: (done: (() => void) | undefined) => void): Promise<void> {
    return new Promise((resolve) => {
      arm(resolve)
      const giveUp = (): void => {
        arm(undefined)
        resolve()
      }
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** How many bytes of an answer pass before its connection is cut; `undefined`: all of it does, and it is not cut. */
  #reply(bytes: number, toLargeRequest: boolean): number | undefined {
    if (toLargeRequest && this.#swallow !== undefined) {
      this.#swallow()
      this.#swallow = undefined
      return 0
    }
    if (bytes > 1 && this.#tear !== undefined) {
      this.#tear()
      this.#tear = undefined
      return 1 + this.#random.below(bytes - 1)
    }
    return undefined
  }
}

interface LinkRules {
  readonly delayMs: () => number
  readonly reply: (bytes: number, toLargeRequest: boolean) => number | undefined
  readonly closed: () => void
}

/** One connection through the proxy. */
class Link {
  readonly #client: Socket
  readonly #server: Socket
  #requestBytes = 0
  #silent = false

  constructor(client: Socket, server: Socket, { delayMs, reply, closed }: LinkRules) {
    this.#client = client
    this.#server = server
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => this.cut())
      socket.on('close', () => {
        this.cut()
        closed()
      })
    }
    const toServer = new Pipe(client, server, delayMs)
    const toClient = new Pipe(server, client, delayMs)
    client.on('data', (data) => {
      if (this.#silent) return
      this.#requestBytes = data.length
      toServer.pass(data)
    })
    server.on('data', (data) => {
      if (this.#silent) return
      const passing = reply(data.length, this.#requestBytes > LARGE_REQUEST_BYTES)
      if (passing === undefined) toClient.pass(data)
      else {
        if (passing > 0) client.write(data.subarray(0, passing))
        this.#silent = true
        setImmediate(() => this.cut())
      }
    })
  }

  cut(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  silence(): void {
    this.#silent = true
  }
}

/** One direction: keeps the order of bytes whatever their delays, and the source waits for a slow drain. */
class Pipe {
  readonly #from: Socket
  readonly #to: Socket
  readonly #delayMs: () => number
  /** On its way. A timer that fires passes on the first of them, whichever it was set for: timers may fire late, or in another order. */
  readonly #delayed: Buffer[] = []
  #lastDue = 0

  constructor(from: Socket, to: Socket, delayMs: () => number) {
    this.#from = from
    this.#to = to
    this.#delayMs = delayMs
    to.on('drain', () => from.resume())
  }

  pass(data: Buffer): void {
    const now = performance.now()
    const delay = this.#delayMs()
    if (delay === 0 && this.#delayed.length === 0) {
      this.#write(data)
      return
    }
    this.#lastDue = Math.max(this.#lastDue, now + delay)
    this.#delayed.push(data)
    setTimeout(() => {
      const first = this.#delayed.shift()
      if (first !== undefined) this.#write(first)
    }, this.#lastDue - now)
  }

  #write(data: Buffer): void {
    if (!this.#to.destroyed && !this.#to.write(data)) this.#from.pause()
  }
}
