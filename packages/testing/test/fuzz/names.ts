import { MemoryEventStore } from '@eventcore/memory'
import { asCursor, type EventStore } from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'
import { mostlyGoodText, nastyText } from './nasty.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'
import { withPostgres } from './with-postgres.ts'
import { withSqlite } from './with-sqlite.ts'

/** What is kept beside the events, by names of the user's: snapshots, checkpoints, leases. */
async function run(store: EventStore, cases: number, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  for (let i = 0; i < cases; i++) {
    const name = random.chance(0.5) ? nastyText(random) : mostlyGoodText(random)
    const text = nastyText(random, 1_000)
    const what = (): string => shown({ name, text })
    try {
      notes.check(await comesBack(store, random, name, text), 'came back otherwise', what)
    } catch (error) {
      notes.refuse(error, what)
    }
  }
}

async function comesBack(store: EventStore, random: SeededRandom, name: string, text: string): Promise<boolean> {
  switch (random.below(3)) {
    case 0: {
      const snapshot = { stream: `thing/${name}`, fold: name, version: 1, headId: text, state: text }
      await store.snapshots.save(snapshot)
      const [loaded] = await store.snapshots.load([snapshot])
      const listed = await store.snapshots.list({ stream: snapshot.stream, limit: 10 })
      const same = loaded?.state === text && loaded.headId === text && listed.some(({ fold }) => fold === name)
      return (await store.snapshots.delete({ stream: snapshot.stream })) === 1 && same
    }
    case 1: {
      await store.checkpoints.save({ name, cursor: asCursor(text), epoch: 1 })
      const loaded = await store.checkpoints.load(name)
      const listed = await store.checkpoints.list({ limit: 10 })
      const same = loaded?.cursor === text && loaded.name === name && listed.length === 1 && listed[0]?.name === name
      return (await store.checkpoints.delete(name)) && same
    }
    default: {
      const lease = await store.leases.acquire(name, text, 60_000)
      const again = await store.leases.acquire(name, text, 60_000)
      const other = await store.leases.acquire(name, `${text}'`, 60_000)
      const same = lease?.name === name && lease.owner === text && again?.epoch === lease.epoch && other === undefined
      if (lease !== undefined) await store.leases.release(lease)
      return same
    }
  }
}

export const namesOnMemory: FuzzTarget = {
  name: 'names, memory',
  share: 0.04,
  run: (cases, random, notes) => run(new MemoryEventStore(), cases, random, notes),
}

export const namesOnSqlite: FuzzTarget = {
  name: 'names, SQLite',
  share: 0.02,
  run: (cases, random, notes) => withSqlite((store) => run(store, cases, random, notes)),
}

export const namesOnPostgres: FuzzTarget = {
  name: 'names, PostgreSQL',
  share: 0.0025,
  run: (cases, random, notes) => withPostgres((store) => run(store, cases, random, notes)),
}
