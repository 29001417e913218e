import { MemoryEventStore } from '@eventcore/memory'
import {
  type AnyRejection,
  type Command,
  CommandExecutor,
  defineCommand,
  defineStream,
  type EventStore,
  type ExecuteOptions,
  type FeedEvent,
  type Outcome,
  unchecked,
} from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'
import { mostlyGoodText, nastyObject, nastyValue } from './nasty.ts'
import { isSame, isStorable, isText } from './same.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'
import { withPostgres } from './with-postgres.ts'
import { withSqlite } from './with-sqlite.ts'

type Anything = { readonly [key: string]: string }

const Box = defineStream('box', {
  events: { Filled: unchecked<Anything>() },
  initial: () => 0,
  apply: { Filled: (count) => count + 1 },
})

/** One event with this payload. It says that it is a table of texts, and is anything. */
const fill = (stream: string, payload: unknown, input: unknown): Command<'Fill', AnyRejection> =>
  defineCommand({
    name: 'Fill',
    input: unchecked<unknown>(),
    streams: () => ({ box: Box(stream) }),
    handle: ({ box }) => box.emit('Filled', payload as Anything),
  })(input)

interface Case {
  readonly payload: unknown
  readonly input: unknown
  readonly options: ExecuteOptions & { readonly commandId: string }
}

function makeCase(random: SeededRandom, number: number): Case {
  // What stands before the last colon may be anything: no two cases have the same id.
  const commandId = `${random.chance(0.3) ? mostlyGoodText(random) : 'command'}:${number}`
  return {
    payload: random.chance(0.9) ? nastyObject(random) : nastyValue(random),
    input: random.chance(0.3) ? nastyValue(random, 0.01) : null,
    options: {
      commandId,
      ...(random.chance(0.3) ? { correlationId: mostlyGoodText(random) } : {}),
      ...(random.chance(0.3) ? { causationId: mostlyGoodText(random) } : {}),
      ...(random.chance(0.3) ? { metadata: nastyObject(random, 0.02) } : {}),
    },
  }
}

const BATCH = 200

/** Payloads, ids and metadata through a real executor: what was committed came back as it went, the rest was refused and not written. */
async function run(store: EventStore, cases: number, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  const executor = new CommandExecutor(store)
  let cursor = await store.headCursor()
  for (let done = 0; done < cases; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, cases - done) }, (_, i) => makeCase(random, done + i))
    const ends = await Promise.all(
      batch.map(async ({ payload, input, options }, i) => {
        try {
          return { outcome: await executor.execute(fill(`${i % 20}`, payload, input), options) }
        } catch (error) {
          return { error }
        }
      }),
    )
    const page = await store.readFeed({ after: cursor, limit: 2 * BATCH })
    cursor = page.cursor
    const written = new Map(page.events.map((event) => [event.commit.commandId, event]))
    for (const [i, one] of batch.entries()) judge(one, ends[i] ?? {}, written.get(one.options.commandId), notes)
  }
  await executor.close()
}

function judge(one: Case, { outcome, error }: End, event: FeedEvent | undefined, notes: FuzzNotes): void {
  const what = (): string => shown(one)
  if (outcome === undefined) {
    if (event !== undefined) notes.fail('refused and written', what)
    else if (isGood(one)) notes.fail(`refused without need (${String(error)})`, what)
    else notes.refuse(error, what)
  } else if (event === undefined) notes.fail('called committed, and not in the feed', what)
  else notes.check(cameBack(one, outcome, event), 'came back otherwise', () => `${what()} became ${shown(event)}`)
}

interface End {
  readonly outcome?: Outcome<AnyRejection>
  readonly error?: unknown
}

function isGood({ payload, input, options }: Case): boolean {
  const { commandId, correlationId = 'a', causationId = 'a', metadata = {} } = options
  return [commandId, correlationId, causationId].every(isId) && [payload, input, metadata].every(isStorable)
}

function cameBack({ payload, options }: Case, outcome: Outcome<AnyRejection>, { data, commit }: FeedEvent): boolean {
  return (
    isSame(payload, JSON.parse(data)) &&
    commit.commandId === options.commandId &&
    commit.correlationId === (options.correlationId ?? options.commandId) &&
    commit.causationId === (options.causationId ?? null) &&
    isSame(options.metadata ?? {}, JSON.parse(commit.metadata)) &&
    outcome.status === 'committed' &&
    isSame(payload, outcome.events[0]?.data)
  )
}

const isId = (id: string): boolean => isText(id) && id !== '' && [...id].length <= 255

export const commandsOnMemory: FuzzTarget = {
  name: 'commands, memory',
  share: 0.26,
  run: (cases, random, notes) => run(new MemoryEventStore(), cases, random, notes),
}

export const commandsOnSqlite: FuzzTarget = {
  name: 'commands, SQLite',
  share: 0.2,
  run: (cases, random, notes) => withSqlite((store) => run(store, cases, random, notes)),
}

export const commandsOnPostgres: FuzzTarget = {
  name: 'commands, PostgreSQL',
  share: 0.03,
  run: (cases, random, notes) => withPostgres((store) => run(store, cases, random, notes)),
}
