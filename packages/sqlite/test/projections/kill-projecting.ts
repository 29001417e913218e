import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deposit, LedgerAccount, SeededRandom, stateChecksum } from '@eventcore/testing'
import { type EventStore, ProjectionRunner, readEvents } from 'eventcore'
import { SqliteEventStore } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { ledger, ledgerRows } from './ledger.ts'

const program = fileURLToPath(new URL('./project-until-killed.ts', import.meta.url))

export function startProjecting(path: string, batchSize: number, leaseMs: number): ChildProcess {
  const args = [...process.execArgv, program, path, String(batchSize), String(leaseMs)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

export async function ready({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('a child without stdout')
  await once(stdout, 'data')
}

/** What the read model should be after the events up to a position. */
export async function foldUpTo(store: EventStore, position: number): Promise<string> {
  const rows = new Map<string, { balance: number; events: number; version: number }>()
  for await (const { stream, version, data, position: at } of readEvents(store, { streams: [LedgerAccount] })) {
    if (Number(at) > position) break
    const { balance, events } = rows.get(stream) ?? { balance: 0, events: 0 }
    rows.set(stream, { balance: balance + data.amount, events: events + 1, version })
  }
  return stateChecksum(Object.fromEntries(rows))
}

export interface KillReport {
  readonly kills: number
  /** After how many kills the read model was not the fold of the log up to its checkpoint. */
  readonly wrong: number
  /** How many kills found the projection in the middle of the feed. */
  readonly behind: number
  /** How often it had come further than at the kill before. */
  readonly moved: number
}

/** Kills the process that projects, at random moments, while events are written; looks at the read model each time. */
export async function killProjecting(kills: number, seed: number): Promise<KillReport> {
  const random = new SeededRandom(seed)
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  const store = await SqliteEventStore.open(path)
  const writing = new AbortController()
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let i = 0; !writing.signal.aborted; i++) {
      await deposit(store, [
        { key: `own-${writer}`, amount: i },
        { key: `shared-${i % 5}`, amount: writer },
      ])
      await sleep(8)
    }
  })
  let [wrong, behind, moved, last] = [0, 0, 0, 0]
  try {
    for (let kill = 0; kill < kills; kill++) {
      const child = startProjecting(path, 1 + random.below(40), 100)
      await ready(child)
      // The lease of the one before runs for 100 ms yet.
      await sleep(60 + random.below(160))
      child.kill('SIGKILL')
      await once(child, 'exit')
      const cursor = (await store.checkpoints.load('ledger@1'))?.cursor
      const position = cursor === undefined ? 0 : Number(cursor.split(':')[0])
      const found = stateChecksum(Object.fromEntries(await ledgerRows(store)))
      if (found !== (await foldUpTo(store, position))) wrong++
      if (cursor !== (await store.headCursor())) behind++
      if (position > last) moved++
      last = position
    }
    writing.abort()
    await Promise.all(writers)
    const runner = new ProjectionRunner(store, ledger({}), { leaseMs: 150 })
    runner.start()
    await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, { timeoutMs: 30_000 })
    await runner.stop()
    const found = stateChecksum(Object.fromEntries(await ledgerRows(store)))
    if (found !== (await foldUpTo(store, Number.POSITIVE_INFINITY))) wrong++
  } finally {
    writing.abort()
    await Promise.allSettled(writers)
    await store.close()
    await directory.remove()
  }
  return { kills, wrong, behind, moved }
}
