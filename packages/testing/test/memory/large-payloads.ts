// `large-payloads.ts STORE ROUNDS`: a payload of 10 MB, as a store takes it, and a commit of 10 MB, as an executor takes it,
// there and back again so many times; one that is too large for an executor is refused before anything is sent.
import { CommandExecutor, defineCommand, defineStream, type EventStore, unchecked } from 'eventcore'
import { absent, newCommit, newEvent } from '../../src/contract/fixture/commits.ts'
import { readFeedToHead } from '../../src/contract/fixture/feed-reading.ts'
import { heapAtRest, peakResident, report } from './figures.ts'
import { withStore } from './opened-target.ts'

const [store = 'sqlite:', rounds = '2'] = process.argv.slice(2)

const Scan = defineStream('scan', {
  events: { Scanned: unchecked<{ page: number; text: string }>() },
  initial: () => ({ pages: 0, characters: 0 }),
  apply: {
    Scanned: ({ pages, characters }, { text }) => ({ pages: pages + 1, characters: characters + text.length }),
  },
})
const AddPages = defineCommand({
  name: 'AddPages',
  input: unchecked<{ id: string; texts: readonly string[] }>(),
  streams: ({ id }) => ({ scan: Scan(id) }),
  handle: ({ input, scan }) => input.texts.map((text, page) => scan.emit('Scanned', { page, text })),
})

/** Characters of one, two, three and four bytes. */
const text = (bytes: number): string => 'aé€🧾'.repeat(Math.ceil(bytes / 10))

await withStore(store, async (opened) => {
  const executor = new CommandExecutor(opened)
  const data = JSON.stringify({ text: text(10_000_000) })
  const baseline = heapAtRest()
  const residentBefore = peakResident()
  for (let round = 0; round < Number(rounds); round++) await thereAndBack(opened, executor, data, round)
  const head = await opened.headCursor()
  const refused = await executor.execute(AddPages({ id: 'refused', texts: [text(10_000_000)] })).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  )
  if (refused !== 'PAYLOAD_ERROR' || (await opened.headCursor()) !== head)
    throw new Error(`a payload that an executor does not take ended as ${refused}`)
  report({ rounds: Number(rounds), residentBefore, resident: peakResident(), kept: heapAtRest() - baseline })
})

async function thereAndBack(opened: EventStore, executor: CommandExecutor, data: string, round: number): Promise<void> {
  const [stream, after] = [`large-${round}`, await opened.headCursor()]
  const [result] = await opened.append([newCommit(opened, [absent(stream)], [newEvent(opened, stream, { data })])])
  if (result?.status !== 'committed') throw new Error(`a payload of 10 MB ended in ${result?.status}`)
  const [slice] = await opened.read([{ stream, after: 0 }])
  const [listed] = await opened.readStream(stream, { direction: 'forwards', limit: 1 })
  if (slice?.events[0]?.data !== data || listed?.data !== data) throw new Error('a payload of 10 MB has changed')

  const texts = Array.from({ length: 10 }, () => text(1_000_000))
  const outcome = await executor.execute(AddPages({ id: `scan-${round}`, texts }))
  if (outcome.status !== 'committed') throw new Error(`a commit of 10 MB ended as ${outcome.status}`)
  const { events } = await readFeedToHead(opened, { after })
  if (events[0]?.data !== data) throw new Error('a payload of 10 MB has changed on its way through the feed')
  for (const [i, { data: page }] of events.slice(1).entries())
    if (JSON.parse(page).text !== texts[i]) throw new Error(`page ${i} of a commit of 10 MB has changed`)
}
