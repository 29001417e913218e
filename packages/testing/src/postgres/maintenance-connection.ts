import { Socket } from 'node:net'
import type { Client } from 'pg'

interface Opened {
  readonly client: Client
  readonly socket: Socket
}

/**
 * One connection to the maintenance database of a server. The first statement opens it, and it is kept for those that follow: a
 * new one each would cost the server a process, about 50 ms of CPU time. It keeps no process alive that has nothing else to
 * do, and is opened again when it broke meanwhile, as after the server was killed.
 */
export class MaintenanceConnection {
  readonly #url: string
  #opened: Promise<Opened> | undefined
  #running = 0

  constructor(url: string) {
    this.#url = url
  }

  /** Runs a statement, and gives the first column of its first row. */
  async run(statement: string): Promise<unknown> {
    const { client, socket } = await this.#connected()
    this.#running++
    socket.ref()
    try {
      const { rows } = await client.query<[unknown], never[]>({ text: statement, rowMode: 'array' })
      return rows[0]?.[0]
    } finally {
      this.#running--
      if (this.#running === 0) socket.unref()
    }
  }

  /** Without a farewell, which a server that was stopped would not answer. */
  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    // One that could not be opened has told whoever wanted it.
    await opened?.then(({ socket }) => socket.destroy()).catch(() => undefined)
  }

  #connected(): Promise<Opened> {
    if (this.#opened !== undefined) return this.#opened
    const opened = open(this.#url, () => {
      if (this.#opened === opened) this.#opened = undefined
    })
    this.#opened = opened
    return opened
  }
}

async function open(url: string, onEnd: () => void): Promise<Opened> {
  try {
    const { default: pg } = await loadDriver()
    const socket = new Socket()
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000, stream: () => socket })
    // Statements under way are told by the client; between statements there is nobody to tell.
    client.on('error', () => undefined)
    client.on('end', onEnd)
    await client.connect()
    return { client, socket }
  } catch (error) {
    onEnd()
    throw error
  }
}

/** Only when it is needed, so that the package can be used without the driver. */
async function loadDriver(): Promise<typeof import('pg')> {
  return await import('pg').catch((cause: unknown) => {
    throw new Error('Databases are created through the driver "pg", which is not installed: npm install -D pg.', {
      cause,
    })
  })
}
