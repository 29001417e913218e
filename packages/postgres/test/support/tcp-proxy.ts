import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between a client and a server, and breaks their connections where it hurts. */
export class TcpProxy {
  readonly #server: Server
  #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #swallowing: ((reply: Buffer) => boolean) | undefined
  #swallowed: (() => void) | undefined
  #losing: ((request: Buffer) => boolean) | undefined
  #losingOne: ((request: Buffer) => boolean) | undefined
  #holdingAt: ((request: Buffer) => boolean) | undefined
  #held: (() => void) | undefined
  #holding = false
  #silent = false
  #refusing = false

  static async before(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url)
    const proxy = new TcpProxy(hostname, Number(port))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  private constructor(host: string, port: number) {
    this.#target = { host, port }
    // Half open, so that in a black hole a goodbye gets no answer either.
    this.#server = createServer({ allowHalfOpen: true }, (client) =>
      this.#join(client, connect({ ...this.#target, allowHalfOpen: true })),
    )
  }

  /** The URL with this proxy in the place of the server. */
  through(url: string): string {
    const through = new URL(url)
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.')
    through.hostname = '127.0.0.1'
    through.port = String(address.port)
    return through.href
  }

  /**
   * The next answer of the server that the filter recognises is thrown away, and its connection cut: the server has done
   * its work, and the client does not know. Resolves when that has happened.
   */
  swallowReply(isIt: (reply: Buffer) => boolean = () => true): Promise<void> {
    this.#swallowing = isIt
    return new Promise((resolve) => {
      this.#swallowed = resolve
    })
  }

  /** From now on nothing passes in either direction, and nobody is told. */
  blackhole(): void {
    this.#silent = true
  }

  /** A black hole, from the first request on that the filter recognises, and which gets lost as well. */
  blackholeAt(isIt: (request: Buffer) => boolean): void {
    this.#losing = isIt
  }

  /** Only the connection with the first request that the filter recognises, which gets lost as well; the others go on. */
  blackholeOneAt(isIt: (request: Buffer) => boolean): void {
    this.#losingOne = isIt
  }

  /** From now on nothing passes in either direction until it is let through. */
  hold(): void {
    this.#holding = true
    this.#holdingAt = undefined
    for (const socket of this.#sockets) socket.pause()
  }

  /** The same, from the next request on that the filter recognises, which is held as well. Resolves when that has happened. */
  holdAt(isIt: (request: Buffer) => boolean): Promise<void> {
    this.#holdingAt = isIt
    return new Promise((resolve) => {
      this.#held = resolve
    })
  }

  /** What was held passes, in order and late, as after a partition of a network; nothing is held any more. */
  letThrough(): void {
    this.#holding = false
    this.#holdingAt = undefined
    for (const socket of this.#sockets) socket.resume()
  }

  /** Ends the black hole, and with it all connections that were in it. */
  restore(): void {
    this.#silent = false
    this.cutAll()
  }

  /** Cuts all connections, and each new one at once. */
  refuse(): void {
    this.#refusing = true
    this.cutAll()
  }

  /** New connections go to this server. */
  redirect(url: string): void {
    const { hostname, port } = new URL(url)
    this.#target = { host: hostname, port: Number(port) }
    this.cutAll()
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cutAll()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, server: Socket): void {
    if (this.#refusing) {
      client.destroy()
      server.destroy()
      return
    }
    let lost = false
    const end = (): void => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      if (this.#holding) socket.pause()
      socket.on('error', end)
      socket.on('end', () => {
        if (!this.#silent && !lost) end()
      })
      socket.on('close', () => {
        this.#sockets.delete(socket)
        end()
      })
    }
    client.on('data', (data) => {
      if (this.#holdingAt?.(data) === true) {
        this.hold()
        client.unshift(data)
        this.#held?.()
        return
      }
      if (this.#losingOne?.(data) === true) {
        this.#losingOne = undefined
        lost = true
      }
      if (this.#losing?.(data) === true) {
        this.#losing = undefined
        this.#silent = true
      }
      if (!this.#silent && !lost) server.write(data)
    })
    server.on('data', (data) => {
      if (this.#silent || lost) return
      if (this.#swallowing?.(data) === true) {
        this.#swallowing = undefined
        end()
        this.#swallowed?.()
        return
      }
      client.write(data)
    })
  }
}
