import { MemoryEventStore } from '@eventcore/memory'
import { asCursor, asPosition, CommandExecutor, type EventStore, FEED_START, type FeedEvent } from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'
import { OpenAccount } from '../specification/bank.ts'
import { mutate, nastyText } from './nasty.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'
import { withPostgres } from './with-postgres.ts'
import { withSqlite } from './with-sqlite.ts'

const EVENTS = 40

/** Cursors and positions: refused, or exactly one that the store gave out, and then it leads where it led before. */
async function run(store: EventStore, cases: number, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  const executor = new CommandExecutor(store)
  for (let i = 0; i < EVENTS; i++) await executor.execute(OpenAccount({ account: `a${i}`, owner: 'somebody' }))
  const cursors: string[] = []
  const { events } = await store.readFeed({ limit: EVENTS })
  for (let i = 1; i <= EVENTS; i++) cursors.push((await store.readFeed({ limit: i })).cursor ?? '')
  const known = new Map<string, number>([[FEED_START, 0], ...cursors.map((cursor, i) => [cursor, i + 1] as const)])
  const positions = events.map(({ position }) => String(position))
  const places = new Map(positions.map((position, i) => [position, i]))
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
    const at = places.get(position)
    await one(store, { cursor, position, scanned: known.get(cursor), at, events }, random, notes)
  }
  await executor.close()
}

interface Case {
  readonly cursor: string
  readonly position: string
  /** How many events are behind the cursor, if it is one of the store's. */
  readonly scanned: number | undefined
  /** Which of the events stands at the position, if one does. */
  readonly at: number | undefined
  readonly events: readonly FeedEvent[]
}

async function one(store: EventStore, tried: Case, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  const { cursor, position, scanned, at } = tried
  const what = (): string => shown({ cursor, position })
  try {
    const { question, right } = await ask(store, tried, random.below(4))
    notes.check(right, `${question} answered`, what)
  } catch (error) {
    if (scanned !== undefined && at !== undefined) notes.fail(`refused without need (${String(error)})`, what)
    else notes.refuse(error, what)
  }
}

async function ask(
  store: EventStore,
  { cursor: text, position: place, scanned, at, events }: Case,
  question: number,
): Promise<{ readonly question: string; readonly right: boolean }> {
  const [cursor, position] = [asCursor(text), asPosition(place)]
  // A server is not asked: what has the form of a cursor or of a position is taken for one.
  const remote = store.kind === 'postgres'
  switch (question) {
    case 0: {
      const found = (await store.readFeed({ after: cursor, limit: EVENTS })).events
      const right = scanned !== undefined && found.length === EVENTS - scanned && found[0]?.id === events[scanned]?.id
      return { question: 'readFeed', right }
    }
    case 1: {
      const answer = await store.waitForEvents(cursor, { timeoutMs: 1 })
      return { question: 'waitForEvents', right: remote || (scanned !== undefined && answer === scanned < EVENTS) }
    }
    case 2: {
      const reached = store.hasReached(cursor, position)
      const known = scanned !== undefined && at !== undefined
      return { question: `hasReached ${reached}`, right: known ? reached === at < scanned : remote }
    }
    default: {
      const order = store.comparePositions(position, events[0]?.position ?? asPosition('1'))
      // Of positions that were never given out, only that the answer is a number.
      const right = at === undefined ? !Number.isNaN(order) : Math.sign(order) === Math.sign(at)
      return { question: `comparePositions ${order}`, right }
    }
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

export const cursorsOnPostgres: FuzzTarget = {
  name: 'cursors, PostgreSQL',
  share: 0.005,
  run: (cases, random, notes) => withPostgres((store) => run(store, cases, random, notes)),
}
