import { MemoryEventStore } from '@eventcore/memory'
import { asCursor, asPosition, CommandExecutor, type EventStore, type FeedEvent } from 'eventcore'
import type { SeededRandom } from '../../src/index.ts'
import { OpenAccount } from '../specification/bank.ts'
import { mutate, nastyText } from './nasty.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'
import { withSqlite } from './with-sqlite.ts'

const EVENTS = 40

/** Cursors and positions: refused, or exactly one that the store gave out, and then it leads where it led before. */
async function run(store: EventStore, cases: number, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  const executor = new CommandExecutor(store)
  for (let i = 0; i < EVENTS; i++) await executor.execute(OpenAccount({ account: `a${i}`, owner: 'somebody' }))
  const cursors: string[] = []
  const { events } = await store.readFeed({ limit: EVENTS })
  for (let i = 1; i <= EVENTS; i++) cursors.push((await store.readFeed({ limit: i })).cursor ?? '')
  const known = new Map(cursors.map((cursor, i) => [cursor, i + 1]))
  const positions = events.map(({ position }) => String(position))
  const made = (): string => {
    if (random.chance(0.2)) return nastyText(random)
    const [mine, other] = [random.pick(cursors), random.pick(cursors)]
    if (random.chance(0.2)) return mine
    // The place of one event with the id of another.
    if (random.chance(0.2)) return mine.replace(/:.*/s, other.slice(other.indexOf(':')))
    return mutate(random, mine)
  }
  for (let i = 0; i < cases; i++) {
    const cursor = made()
    const position = random.chance(0.5)
      ? random.pick(positions)
      : random.chance(0.5)
        ? nastyText(random)
        : mutate(random, random.pick(positions))
    await one(store, { cursor, position, scanned: known.get(cursor), events }, random, notes)
  }
  await executor.close()
}

interface Case {
  readonly cursor: string
  readonly position: string
  /** How many events are behind the cursor, if it is one of the store's. */
  readonly scanned: number | undefined
  readonly events: readonly FeedEvent[]
}

async function one(
  store: EventStore,
  { cursor, position, scanned, events }: Case,
  random: SeededRandom,
  notes: FuzzNotes,
): Promise<void> {
  const what = (): string => shown({ cursor, position })
  const at = events.findIndex((event) => event.position === position)
  try {
    switch (random.below(4)) {
      case 0: {
        const page = await store.readFeed({ after: asCursor(cursor), limit: EVENTS })
        const right =
          scanned !== undefined && page.events.length === EVENTS - scanned && page.events[0]?.id === events[scanned]?.id
        return notes.check(right, 'readFeed answered', what)
      }
      case 1: {
        const answer = await store.waitForEvents(asCursor(cursor), { timeoutMs: 1, signal: AbortSignal.abort() })
        return notes.check(scanned !== undefined && answer === scanned < EVENTS, 'waitForEvents answered', what)
      }
      case 2: {
        const reached = store.hasReached(asCursor(cursor), asPosition(position))
        return notes.check(
          scanned !== undefined && at !== -1 && reached === at < scanned,
          `hasReached answered ${reached}`,
          what,
        )
      }
      default: {
        const order = store.comparePositions(asPosition(position), events[0]?.position ?? asPosition('1'))
        // Of positions that were never given out, only that the answer is a number.
        const right = at === -1 ? !Number.isNaN(order) : Math.sign(order) === Math.sign(at)
        return notes.check(right, `comparePositions answered ${order}`, what)
      }
    }
  } catch (error) {
    if (scanned !== undefined && at !== -1) notes.fail(`refused without need (${String(error)})`, what)
    else notes.refuse(error, what)
  }
}

export const cursorsOnMemory: FuzzTarget = {
  name: 'cursors, memory',
  share: 0.1,
  run: (cases, random, notes) => run(new MemoryEventStore(), cases, random, notes),
}

export const cursorsOnSqlite: FuzzTarget = {
  name: 'cursors, SQLite',
  share: 0.07,
  run: (cases, random, notes) => withSqlite((store) => run(store, cases, random, notes)),
}
