import { type PostgresServer, startPostgres } from '../../postgres/start-postgres.ts'
import { SeededRandom } from '../../workload/seeded-random.ts'
import type { FaultKind } from '../faults/fault-kind.ts'
import { NOT_OUR_SERVER } from '../faults/impossible.ts'
import { MovableClock, whyNoMovableClock } from '../faults/movable-clock.ts'
import { SmallDisk, whyNoSmallDisk } from '../faults/small-disk.ts'
import { whyNoSystemCallFaults } from '../faults/system-call-faults.ts'
import { TcpProxy } from '../faults/tcp-proxy.ts'
import type { Arena, Target, TorturedServer } from './arena.ts'

export interface PostgresTargetOptions {
  /** Of an existing database, in which each round has a schema of its own; `undefined`: a server is started for the run. */
  readonly url: string | undefined
  /** The disk of the server that is started, in megabytes. */
  readonly diskMegabytes: number | undefined
  /** Where that disk is mounted. */
  readonly directory: string
  readonly maxConnections: number | undefined
  /** Faults that will strike. */
  readonly faults: readonly FaultKind[]
}

const SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes'] as const

export async function postgresTarget(options: PostgresTargetOptions): Promise<Target> {
  const { url, diskMegabytes, directory, maxConnections, faults } = options
  const noDisk =
    url !== undefined || diskMegabytes === undefined
      ? 'the run was given no disk of its own to fill (--disk)'
      : whyNoSmallDisk()
  const disk =
    noDisk === undefined && diskMegabytes !== undefined ? new SmallDisk(`${directory}/disk`, diskMegabytes) : undefined
  const noClock = url === undefined ? whyNoMovableClock() : undefined
  // Each look at a clock that can be moved is a look into a file.
  const movable = url === undefined && noClock === undefined && faults.includes('server-clock')
  const clock = movable ? new MovableClock() : undefined
  const server = url === undefined ? await ownServer(disk, clock) : undefined
  const adminUrl = url ?? server?.url ?? ''
  const settings = await settingsOf(adminUrl)
  const noTracing = url === undefined ? whyNoSystemCallFaults() : undefined
  const impossible: Readonly<Partial<Record<FaultKind, string>>> = {
    'io-error': 'the data is written by the server: see server-io-error',
    'kill-in-flush': 'the data is flushed by the server: see kill-server',
    ...(noDisk === undefined ? {} : { 'disk-full': noDisk }),
    ...(noTracing === undefined ? {} : { 'server-io-error': noTracing }),
    ...(noClock === undefined ? {} : { 'server-clock': noClock }),
    ...(url === undefined ? {} : NOT_OUR_SERVER),
  }
  return {
    name: 'postgres',
    impossible,
    settings,
    async arena(round) {
      const database = await server?.createDatabase()
      const direct = {
        kind: 'postgres',
        url: database?.url ?? adminUrl,
        schema: `torture_${round}`.replaceAll(/[^a-z0-9_]/g, '_'),
        ...(maxConnections === undefined ? {} : { maxConnections }),
      } as const
      const { hostname, port } = new URL(direct.url)
      const proxy = await TcpProxy.before(
        { host: hostname, port: Number(port || 5432) },
        new SeededRandom(round.length),
      )
      const tortured: TorturedServer = {
        control: server?.control,
        clock,
        query: (sql, parameters) => query(direct.url, sql, parameters),
      }
      const arena: Arena = {
        location: { ...direct, url: proxy.through(direct.url) },
        direct,
        witness: 'commits',
        proxy,
        server: tortured,
        ...(disk === undefined ? {} : { disk }),
        totals: async () => {
          const [row] = await query(
            direct.url,
            // A batch takes one number from a sequence, of which a crash loses up to 32.
            `select coalesce(max(position >> 16), 0) as last, count(distinct position >> 16) as used from "${direct.schema}".events`,
          )
          return { 'numbers of batches without an event': Number(row?.last) - Number(row?.used) }
        },
        integrity: async () => undefined,
        dispose: async () => {
          clock?.move(0)
          await proxy.close()
          if (database === undefined) await query(direct.url, `drop schema if exists "${direct.schema}" cascade`)
          else await database.drop()
        },
      }
      return arena
    },
    dispose: async () => {
      await server?.stop()
      clock?.dispose()
      disk?.unmount()
    },
  }
}

function ownServer(disk: SmallDisk | undefined, clock: MovableClock | undefined): Promise<PostgresServer> {
  return startPostgres({
    durable: true,
    own: true,
    settings: { max_connections: '200', ...(disk === undefined ? {} : { max_wal_size: '64MB', min_wal_size: '32MB' }) },
    ...(disk === undefined ? {} : { directory: disk.path }),
    ...(clock === undefined ? {} : { environment: clock.environment }),
  })
}

async function settingsOf(url: string): Promise<Readonly<Record<string, string>>> {
  const rows = await query(url, 'select name, setting from pg_settings where name = any ($1)', [SETTINGS])
  return Object.fromEntries(rows.map(({ name, setting }) => [String(name), String(setting)]))
}

/** On a connection of its own, which nothing stands in the way of. */
async function query(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000, query_timeout: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql, [...parameters])).rows
  } finally {
    await client.end()
  }
}
