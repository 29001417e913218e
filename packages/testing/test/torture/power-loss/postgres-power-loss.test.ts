import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresEventStore } from '@eventcore/postgres'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { SeededRandom } from '../../../src/checker/index.ts'
import { deposit } from '../../../src/contract/index.ts'
import { type PostgresServer, startPostgres } from '../../../src/index.ts'
import { findPostgresBinaries } from '../../../src/postgres/postgres-binaries.ts'
import { freePort, PostgresProcess } from '../../../src/postgres/postgres-process.ts'
import { findServerUser } from '../../../src/postgres/server-user.ts'
import { whyNoSystemCallFaults } from '../../../src/torture/faults/system-call-faults.ts'
import { DiskModel } from './disk-model.ts'
import { readTrace, TRACE_OPTIONS } from './read-trace.ts'

const COMMITS = 25
/** Nothing is flushed but by commits: what they leave out is really lost. And the database says that they need not. */
const SETTINGS = { synchronous_commit: 'off', wal_writer_delay: '10000', autovacuum: 'off', bgwriter_lru_maxpages: '0' }

interface Acknowledged {
  readonly position: string
  /** Seconds since the epoch, rounded up: what is flushed a millisecond later counts as flushed before. */
  readonly at: number
}

async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function append(url: string, durability: 'full' | 'relaxed'): Promise<readonly Acknowledged[]> {
  const store = await PostgresEventStore.open({ url, durability, notifications: false })
  const acknowledged: Acknowledged[] = []
  for (let i = 0; i < COMMITS; i++) {
    const [event] = await deposit(store, [{ key: `a${i % 7}`, amount: i }, { key: `b${i % 5}` }])
    acknowledged.push({ position: event?.position ?? '', at: (Date.now() + 1) / 1_000 })
  }
  await store.close()
  return acknowledged
}

/** Records what all processes of the server write while work is done, and gives the path of the trace. */
async function traced(server: PostgresServer, directory: string, work: () => Promise<void>): Promise<string> {
  const trace = join(directory, 'trace')
  const pids = (await ask(server.url, 'select pid from pg_stat_activity')).map(({ pid }) => String(pid))
  const attach = [String(server.control?.pid), ...pids].flatMap((pid) => ['-p', pid])
  const options = TRACE_OPTIONS.filter((option) => option !== '-qq')
  const tracer = spawn('strace', [...options, '-o', trace, ...attach], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(tracer, 'close')
  await Promise.race([once(tracer.stderr, 'data'), ended])
  await work()
  tracer.kill('SIGINT')
  await ended
  return trace
}

/** What a server finds that starts on what the disk held at that time. */
async function positionsAfterLoss(disk: DiskModel, base: string, directory: string, database: string) {
  const user = await findServerUser()
  const binaries = await findPostgresBinaries(undefined, user !== undefined)
  const sockets = mkdtempSync(join(directory, 'left-'))
  const left = join(sockets, 'data')
  disk.lose(left, base, 0, new SeededRandom(1))
  rmSync(join(left, 'postmaster.pid'), { force: true })
  chmodSync(left, 0o700)
  if (user !== undefined) for (const path of [sockets, ...everything(left)]) chownSync(path, user.uid, user.gid)
  const port = await freePort()
  const server = await PostgresProcess.start({
    binaries,
    user,
    directory: sockets,
    dataDirectory: left,
    port,
    settings: {},
  })
  try {
    const url = new URL(database)
    url.port = String(port)
    const store = await PostgresEventStore.open(url.href)
    const { events } = await store.readFeed({ after: undefined, limit: 10_000 })
    await store.close()
    // Each commit has two events: one without the other would be torn.
    expect(events.length % 2).toBe(0)
    return new Set<string>(events.map(({ position }) => position))
  } finally {
    await server.stop('SIGQUIT')
    await binaries.dispose()
  }
}

function everything(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return [path, ...readdirSync(path).flatMap((name) => everything(join(path, name)))]
}

// Recorded system calls stand for the disk: without strace there is nothing to record them with.
if (whyNoSystemCallFaults() === undefined) {
  test('a loss of power takes nothing that was acknowledged, also where the database does not wait for its disk; with durability "relaxed" it does', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'eventcore-power-'))
    // The server's user must get there.
    chmodSync(directory, 0o755)
    const server = await startPostgres({ durable: true, own: true, settings: SETTINGS })
    try {
      const { url } = await server.createDatabase()
      await (await PostgresEventStore.open(url)).close()
      const data = server.control?.dataDirectory ?? ''
      const base = join(directory, 'base')
      await ask(server.url, 'checkpoint')
      let full: readonly Acknowledged[] = []
      let relaxed: readonly Acknowledged[] = []
      const trace = await traced(server, directory, async () => {
        mkdirSync(base)
        cpSync(data, base, { recursive: true })
        full = await append(url, 'full')
        relaxed = await append(url, 'relaxed')
      })
      await server.control?.kill()

      const lossAt = async (cut: number): Promise<ReadonlySet<string>> => {
        const disk = new DiskModel(data)
        for (const call of readTrace(trace, (path) => disk.changesOf(path))) if (call.returned <= cut) disk.apply(call)
        return await positionsAfterLoss(disk, base, directory, url)
      }
      const last = full.at(-1)?.at ?? 0
      const afterFull = await lossAt(last)
      expect(full.filter(({ position }) => !afterFull.has(position))).toEqual([])
      const afterRelaxed = await lossAt(relaxed.at(-1)?.at ?? 0)
      expect(full.filter(({ position }) => !afterRelaxed.has(position))).toEqual([])
      expect(relaxed.filter(({ position }) => !afterRelaxed.has(position)).length).toBeGreaterThan(0)
    } finally {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    }
  }, 240_000)
}
