import { type PostgresServer, startPostgres, type TestDatabase } from '@eventcore/testing'
import pg from 'pg'
import type { Probe } from '../harness/run-task.ts'
import { cpuOfProcessTree } from '../harness/server-cpu.ts'

/** What decides about durability and speed. Read from the server, not from what we asked for. */
const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'wal_level',
  'shared_buffers',
  'max_wal_size',
  'checkpoint_timeout',
  'max_connections',
  'jit',
]

/** A database for one run, and what can be read about it. */
export interface BenchDatabase extends Probe {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

/** A server that flushes every commit, for a whole benchmark; or the one that `EVENTCORE_TEST_POSTGRES_URL` names. */
export class BenchServer {
  readonly #server: PostgresServer
  readonly #client: pg.Client
  /** Of a database without tables. */
  #emptySize: number | undefined

  static async start(): Promise<BenchServer> {
    const server = await startPostgres({ durable: true, settings: { shared_buffers: '512MB' } })
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    const started = new BenchServer(server, client)
    stopOnSignal(started)
    return started
  }

  private constructor(server: PostgresServer, client: pg.Client) {
    this.#server = server
    this.#client = client
  }

  async settings(): Promise<Record<string, string>> {
    const { rows } = await this.#client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from pg_settings where name = any($1)',
      [SETTINGS],
    )
    const found = new Map(rows.map(({ name, value }) => [name, value]))
    return Object.fromEntries(SETTINGS.map((name) => [name, found.get(name) ?? 'unknown']))
  }

  /** @param template a database whose copy it is to be, which nobody is connected to */
  async createDatabase(template?: BenchDatabase): Promise<BenchDatabase> {
    const database = await this.#server.createDatabase(template === undefined ? {} : { template: template.name })
    this.#emptySize ??= await this.#sizeOf(database)
    const emptySize = this.#emptySize
    return {
      name: database.name,
      url: database.url,
      serverCpu: async () => {
        const pid = this.#server.control?.pid
        return pid === undefined ? undefined : await cpuOfProcessTree(pid)
      },
      walBytes: async () => Number(await this.#value(`select pg_current_wal_insert_lsn() - '0/0'`)),
      storedBytes: async () => (await this.#sizeOf(database)) - emptySize,
      drop: () => database.drop(),
    }
  }

  async stop(): Promise<void> {
    await this.#client.end()
    await this.#server.stop()
  }

  async #sizeOf({ name }: Pick<TestDatabase, 'name'>): Promise<number> {
    return Number(await this.#value('select pg_database_size($1)', [name]))
  }

  async #value(text: string, values: readonly string[] = []): Promise<unknown> {
    const { rows } = await this.#client.query<unknown[]>({ text, values: [...values], rowMode: 'array' })
    return rows[0]?.[0]
  }
}

/** An interrupted benchmark leaves no server behind, nor what it has written, which may be gigabytes. */
function stopOnSignal(server: BenchServer): void {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      const end = (): never => process.exit(exitCode)
      // A server that cannot be stopped in order is killed when this process exits.
      server.stop().then(end, end)
    })
}
