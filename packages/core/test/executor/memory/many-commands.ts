import { MemoryEventStore } from '@eventcore/memory'
import {
  asPosition,
  CommandExecutor,
  type Commit,
  type CommitResult,
  defineCommand,
  defineStream,
  reject,
  type StreamRead,
  type StreamSlice,
  unchecked,
} from 'eventcore'
import { heapAtRest, report } from './heap.ts'

/** `many-commands.ts COMMANDS` measures what so many commands, each on a stream of its own, leave on the heap. */
const commands = Number(process.argv[2])

/** Every stream is new, and nothing is kept: whatever grows is the executor's. */
class ForgetfulStore extends MemoryEventStore {
  #position = 0

  override async read(reads: readonly StreamRead[]): Promise<readonly StreamSlice[]> {
    return reads.map(({ stream }) => ({ stream, version: 0, headId: null, events: [], complete: true }))
  }

  override async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    return commits.map(({ events }) =>
      events.length === 0
        ? { status: 'verified' }
        : { status: 'committed', positions: events.map(() => asPosition(`${++this.#position}`)) },
    )
  }
}

const Thing = defineStream('thing', {
  events: { Done: unchecked<{ text: string }>() },
  initial: () => ({ texts: '' }),
  apply: { Done: ({ texts }, { text }) => ({ texts: texts + text }) },
})
const base = {
  input: unchecked<{ id: string }>(),
  streams: ({ id }: { id: string }) => ({ thing: Thing(id) }),
}
const text = 'x'.repeat(200)
const kinds = [
  defineCommand({ ...base, name: 'Plain', handle: ({ thing }) => thing.emit('Done', { text }) }),
  defineCommand({ ...base, name: 'Rejecting', handle: () => reject('No', { text }) }),
  defineCommand({
    ...base,
    name: 'Async',
    handle: async ({ thing, input, read }) => {
      await read(Thing.readOnly(`${input.id}/more`))
      return thing.emit('Done', { text })
    },
  }),
  defineCommand({
    ...base,
    name: 'Generating',
    handle: function* ({ thing, input, read }) {
      yield* read(Thing(`${input.id}/more`))
      return thing.emit('Done', { text })
    },
  }),
  defineCommand({
    ...base,
    name: 'Failing',
    handle: () => {
      throw new Error(text)
    },
  }),
]

const store = new ForgetfulStore()
const executor = new CommandExecutor(store, { cachedStreams: 100 })
const { signal } = new AbortController()
let next = 0
async function run(count: number): Promise<void> {
  const end = next + count
  const worker = async (): Promise<void> => {
    while (next < end) {
      const id = `${next++}`
      const kind = kinds[next % kinds.length] as (typeof kinds)[0]
      const options = next % 3 === 0 ? { commandId: `command-${id}`, signal } : { metadata: { id } }
      await executor.execute(kind({ id }), options).catch(() => {})
    }
  }
  await Promise.all(Array.from({ length: 64 }, worker))
}

// Code that is compiled, and caches that are filled, are no leak.
await run(commands / 4)
const before = heapAtRest()
await run(commands)
const after = heapAtRest()
report({ before, grown: after - before, bytesPerCommand: ((after - before) * 1_048_576) / commands })
await executor.close()
