// `fold-long-stream.ts EVENTS` measures the heap while commands fold a stream of so many events on a server of its own.
import { startPostgres } from '@eventcore/testing'
import { Client } from 'pg'
import { foldAndMeasure, LONG_STREAM } from '../../../core/test/executor/memory/fold-and-measure.ts'
import { report } from '../../../core/test/executor/memory/heap.ts'
import { PostgresEventStore } from '../../src/index.ts'

const events = Number(process.argv[2])

/** As commits of 2,000 events would have left them, in one statement: the store itself would take half an hour. */
const FILL = `
  with stream as (
    insert into eventcore.streams (id, version, head_id)
    values ('${LONG_STREAM}', $1, ('00000000-0000-7000-8000-' || lpad(to_hex($1::bigint), 12, '0'))::uuid)
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
    case when n % 2000 = 0 then json_build_array('${LONG_STREAM}', n) end
  from stream, generate_series(0, $1::bigint - 1) n`

async function fill(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(FILL, [events])
  await client.query(`select setval('eventcore.batches', $1)`, [Math.ceil(events / 2_000)])
  await client.query('analyze eventcore.events')
  await client.end()
}

const server = await startPostgres({ own: true })
const { url } = await server.createDatabase()
const store = await PostgresEventStore.open({ url, statementTimeoutMs: 300_000 })
await fill(url)
report(await foldAndMeasure(store, events, 1_800_000))
await store.close()
await server.stop()
