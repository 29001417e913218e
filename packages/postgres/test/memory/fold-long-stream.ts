// `fold-long-stream.ts EVENTS` measures the heap while commands fold a stream of so many events on a server of its own.
import { startPostgres } from '@eventcore/testing'
import { CommandExecutor, defineCommand, defineStream, reject, unchecked } from 'eventcore'
import { Client } from 'pg'
import { PostgresEventStore } from '../../src/index.ts'

const MEGABYTE = 1_048_576
const events = Number(process.argv[2])

let peak = 0
const watch = (): void => {
  peak = Math.max(peak, process.memoryUsage().heapUsed)
}

const Meter = defineStream('meter', {
  events: { Read: unchecked<{ value: number; unit: string }>() },
  initial: () => ({ sum: 0, count: 0 }),
  apply: {
    Read: ({ sum, count }, { value }) => {
      if (count % 500 === 0) watch()
      return { sum: sum + value, count: count + 1 }
    },
  },
})
const Sum = defineCommand({
  name: 'Sum',
  input: unchecked<object>(),
  streams: () => ({ meter: Meter('long') }),
  handle: ({ meter }) => reject('Sum', meter.state),
})
const Timeline = defineCommand({
  name: 'Timeline',
  input: unchecked<object>(),
  streams: () => ({ meter: Meter('long') }),
  timeline: {
    initial: () => 0,
    apply: {
      meter: {
        Read: (count: number) => {
          if (count % 500 === 0) watch()
          return count + 1
        },
      },
    },
  },
  handle: ({ timeline }) => reject('Counted', timeline),
})

/** As commits of 2,000 events would have left them, in one statement: the store itself would take half an hour. */
const FILL = `
  with stream as (
    insert into eventcore.streams (id, version, head_id)
    values ('meter/long', $1, ('00000000-0000-7000-8000-' || lpad(to_hex($1::bigint), 12, '0'))::uuid)
    returning key
  )
  insert into eventcore.events
    (position, stream_key, version, recorded_at, id, ordinal, read_index, event_count, type, data,
     command_id, command_name, input_hash, metadata, reads)
  select ((n / 2000 + 1) << 16) + n % 2000, stream.key, n + 1, case when n % 2000 = 0 then 0 end,
    ('00000000-0000-7000-8000-' || lpad(to_hex(n + 1), 12, '0'))::uuid, n % 2000, 0, case when n % 2000 = 0 then 2000 end,
    'Read', json_build_object('value', n % 100, 'unit', 'kilowatt hours of the day'),
    case when n % 2000 = 0 then 'fill-' || n end, case when n % 2000 = 0 then 'Fill' end, case when n % 2000 = 0 then '' end,
    case when n % 2000 = 0 then '{}'::json end,
    case when n % 2000 = 0 then json_build_array('meter/long', n) end
  from stream, generate_series(0, $1::bigint - 1) n`

async function fill(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(FILL, [events])
  await client.query(`select setval('eventcore.batches', $1)`, [Math.ceil(events / 2_000)])
  await client.query('analyze eventcore.events')
  await client.end()
}

function heapAtRest(): number {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const server = await startPostgres({ own: true })
const { url } = await server.createDatabase()
const store = await PostgresEventStore.open({ url, statementTimeoutMs: 300_000 })
await fill(url)
const baseline = heapAtRest()
const executor = new CommandExecutor(store, { timeoutMs: 1_800_000 })
const begun = performance.now()
const summed = await executor.execute(Sum({}))
if (summed.status !== 'rejected' || summed.detail.count !== events) throw new Error('events are missing')
const foldedSeconds = (performance.now() - begun) / 1_000
const folded = peak - baseline
// At once: the second half takes as long.
process.stderr.write(`folded in ${Math.round(foldedSeconds)} s with ${Math.round(folded / MEGABYTE)} MB\n`)
peak = 0
const told = await executor.execute(Timeline({}))
if (told.status !== 'rejected' || told.detail !== events) throw new Error('events are missing from the timeline')
const figures = { folded, timeline: peak - baseline, kept: heapAtRest() - baseline }
const megabytes = Object.entries(figures).map(([name, bytes]) => [name, Math.round(bytes / MEGABYTE)])
process.stdout.write(
  `${JSON.stringify({ ...Object.fromEntries(megabytes), foldedSeconds: Math.round(foldedSeconds) })}\n`,
)
await store.close()
await server.stop()
