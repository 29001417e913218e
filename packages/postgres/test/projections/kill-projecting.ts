import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deposit, LedgerAccount, SeededRandom, stateChecksum } from '@eventcore/testing'
import { type EventStore, ProjectionRunner, readEvents } from 'eventcore'
import { Pool } from 'pg'
import { PostgresEventStore } from '../../src/index.ts'
import { emptyDatabase } from '../support/postgres-database.ts'
import { ledger } from './ledger.ts'

const program = fileURLToPath(new URL('./project-until-killed.ts', import.meta.url))
const LEASE_MS = 100

export interface KillReport {
  readonly kills: number
  /** After how many kills the read model was not the fold of the log up to its checkpoint. */
  readonly wrong: number
  /** How often it had come further than at the kill before. */
  readonly moved: number
}

async function startProjecting(url: string, batchSize: number): Promise<ChildProcess> {
  const args = [...process.execArgv, program, url, String(batchSize), String(LEASE_MS)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

async function foldUpTo(store: EventStore, position: bigint): Promise<string> {
  const rows = new Map<string, { balance: number; events: number; version: number }>()
  for await (const { stream, version, data, position: at } of readEvents(store, { streams: [LedgerAccount] })) {
    if (BigInt(at) > position) break
    const { balance, events } = rows.get(stream) ?? { balance: 0, events: 0 }
    rows.set(stream, { balance: balance + data.amount, events: events + 1, version })
  }
  return stateChecksum(Object.fromEntries(rows))
}

/** Checkpoint and read model in one snapshot: what a killed process had sent may be committed yet. */
async function readModel(pool: Pool): Promise<{ readonly position: bigint; readonly checksum: string }> {
  const { rows } = await pool.query<{ cursor: string | null; model: object | null }>(
    `select (select cursor from eventcore.checkpoints where name = 'ledger@1') as cursor,
       (select json_object_agg(stream, json_build_object('balance', balance, 'events', events, 'version', version))
          from ledger_v1) as model`,
  )
  const [row] = rows
  return { position: BigInt(row?.cursor?.split(':')[0] ?? 0), checksum: stateChecksum(row?.model ?? {}) }
}

/** Kills the process that projects, at random moments, while events are written; looks at the read model each time. */
export async function killProjecting(kills: number, seed: number): Promise<KillReport> {
  const random = new SeededRandom(seed)
  const database = await emptyDatabase()
  const store = await PostgresEventStore.open({ url: database.url, maxConnections: 4 })
  const pool = new Pool({ connectionString: database.url, max: 1 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const writing = new AbortController()
  let [wrong, moved, last] = [0, 0, 0n]
  const runner = new ProjectionRunner(store, ledger({}), { leaseMs: LEASE_MS })
  runner.start()
  await runner.waitFor({ events: await deposit(store, [{ key: 'first' }]) })
  await runner.stop()
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let i = 0; !writing.signal.aborted; i++) {
      await deposit(store, [
        { key: `own-${writer}`, amount: i },
        { key: `shared-${i % 5}`, amount: writer },
      ])
      await sleep(8)
    }
  })
  try {
    for (let kill = 0; kill < kills; kill++) {
      const child = await startProjecting(database.url, 1 + random.below(40))
      await sleep(60 + random.below(160))
      child.kill('SIGKILL')
      await once(child, 'exit')
      const { position, checksum } = await readModel(pool)
      if (checksum !== (await foldUpTo(store, position))) wrong++
      if (position > last) moved++
      last = position
    }
    writing.abort()
    await Promise.all(writers)
    runner.start()
    await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, { timeoutMs: 30_000 })
    await runner.stop()
    const { position, checksum } = await readModel(pool)
    if (checksum !== (await foldUpTo(store, position))) wrong++
  } finally {
    writing.abort()
    await Promise.allSettled(writers)
    await runner.stop()
    await pool.end()
    await store.close()
    await database.drop()
  }
  return { kills, wrong, moved }
}
