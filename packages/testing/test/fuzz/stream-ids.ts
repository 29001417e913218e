import { MemoryEventStore } from '@eventcore/memory'
import {
  type AnyRejection,
  type Command,
  CommandExecutor,
  defineCommand,
  defineStream,
  type EventStore,
  unchecked,
} from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'
import { mostlyGoodText, nastyText } from './nasty.ts'
import { isText } from './same.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'
import { withPostgres } from './with-postgres.ts'
import { withSqlite } from './with-sqlite.ts'

/** A stream of this id, with an event of this type. Both may be anything. */
function note(id: string, type: string): Command<'Note', AnyRejection> {
  const Thing = defineStream('thing', {
    events: { [type]: unchecked<{ readonly n: number }>() },
    initial: () => 0,
    apply: { [type]: (count: number) => count + 1 },
  })
  return defineCommand({
    name: 'Note',
    input: unchecked<null>(),
    streams: () => ({ thing: Thing(id) }),
    handle: ({ thing }) => thing.emit(type, { n: 1 }),
  })(null)
}

/** White space by the Unicode property, and not by the list in the code. */
const SPACE_AT_AN_END = /^\p{White_Space}|\p{White_Space}$/u

const isStreamId = (id: string): boolean =>
  id !== 'thing/' && isText(id) && [...id].length <= 255 && !/[*?[\]]/.test(id) && !SPACE_AT_AN_END.test(id)

/** Ids of streams and types of events: what was written is found under exactly this id, and by every way to ask for it. */
async function run(store: EventStore, cases: number, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  const executor = new CommandExecutor(store)
  for (let i = 0; i < cases; i++) {
    const nasty = random.chance(0.7) ? nastyText(random) : mostlyGoodText(random)
    // What comes twice has events of one type only, or it could not be read.
    const once = random.chance(0.5)
    const id = once ? `${i}-${nasty}` : nasty
    const type = once ? nastyText(random) : 'Noted'
    const stream = `thing/${id}`
    const what = (): string => shown({ id, type })
    try {
      const outcome = await executor.execute(note(id, type))
      const written = outcome.status === 'committed' ? outcome.events[0] : undefined
      if (written === undefined || !isStreamId(stream)) {
        notes.fail('accepted, and should not be', what)
        continue
      }
      const from = { direction: 'backwards', limit: 1 } as const
      const [[last], [slice], page] = await Promise.all([
        store.readStream(stream, from),
        store.read([{ stream, after: written.version - 1 }]),
        store.readFeed({ limit: 10_000, after: undefined, filter: { streams: [stream], types: [type] } }),
      ])
      const found = [last, slice?.events.at(-1), page.events.at(-1)]
      const same = found.every((one) => one?.id === written.id && one.stream === stream && one.type === type)
      const listed = await store.listStreams({ prefix: stream, limit: 1 })
      notes.check(same && listed[0]?.stream === stream, 'not found as it was written', what)
    } catch (error) {
      if (isStreamId(stream) && isType(type)) notes.fail(`refused without need (${String(error)})`, what)
      else notes.refuse(error, what)
    }
  }
  await executor.close()
}

const isType = (type: string): boolean => isText(type) && type !== '' && type.length <= 255

export const streamIdsOnMemory: FuzzTarget = {
  name: 'stream ids, memory',
  share: 0.08,
  run: (cases, random, notes) => inStores(cases, (part) => run(new MemoryEventStore(), part, random, notes)),
}

export const streamIdsOnSqlite: FuzzTarget = {
  name: 'stream ids, SQLite',
  share: 0.03,
  run: (cases, random, notes) => inStores(cases, (part) => withSqlite((store) => run(store, part, random, notes))),
}

/** A feed that is read from its beginning is to stay short. */
const PER_STORE = 2_000

async function inStores(cases: number, work: (cases: number) => Promise<void>): Promise<void> {
  for (let done = 0; done < cases; done += PER_STORE) await work(Math.min(PER_STORE, cases - done))
}

export const streamIdsOnPostgres: FuzzTarget = {
  name: 'stream ids, PostgreSQL',
  share: 0.0025,
  run: (cases, random, notes) => withPostgres((store) => run(store, cases, random, notes)),
}
