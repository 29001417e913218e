// `slow-consumer.ts STORE EVENTS BYTES`: one writes so many events of so many bytes. Another follows the feed, holds still until
// half of them are there and then takes one of twenty, so that it lags behind by nearly all of them; in the end it catches up.
// Reports how large the heap was meanwhile.
import { type FeedEvent, subscribe } from 'eventcore'
import { absent, newCommit, newEvent } from '../../src/contract/fixture/commits.ts'
import { heapAtRest, heapNow, peakResident, report } from './figures.ts'
import { withStore } from './opened-target.ts'

const [store = 'sqlite:', count = '4000', bytes = '10000'] = process.argv.slice(2)
const EVENTS = Number(count)
const BATCH = 50
const PAGE = 200
/** Events written for one that the consumer takes. */
const SLOWNESS = 20
const SAMPLES = 20

/** As many as were granted, to be taken one by one. */
class Turns {
  #left = 0
  #wake: (() => void) | undefined

  grant(turns: number): void {
    this.#left += turns
    this.#wake?.()
  }

  async next(): Promise<void> {
    while (this.#left === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#left--
  }
}

await withStore(store, async (opened) => {
  const data = JSON.stringify('x'.repeat(Number(bytes) - 2))
  let [written, consumed, lag, peak] = [0, 0, 0, 0]
  const baseline = heapAtRest()
  /** While it lags behind, and while it catches up. */
  const atRest: number[] = []
  const allowed = new Turns()
  const over = new AbortController()
  const consuming = (async () => {
    let last: FeedEvent | undefined
    for await (const event of subscribe(opened, { pageSize: PAGE, signal: over.signal })) {
      await allowed.next()
      if (event.data !== data) throw new Error(`event ${consumed} came back as another`)
      if (last !== undefined && opened.comparePositions(last.position, event.position) >= 0)
        throw new Error(`event ${consumed} came out of order`)
      last = event
      peak = Math.max(peak, heapNow())
      if (++consumed % (EVENTS / SAMPLES) === 0) atRest.push(heapAtRest() - baseline)
      if (consumed === EVENTS) over.abort()
    }
  })()
  while (written < EVENTS) {
    const commits = Array.from({ length: Math.min(BATCH, EVENTS - written) }, (_, i) => {
      const stream = `load-${written + i}`
      return newCommit(opened, [absent(stream)], [newEvent(opened, stream, { data })])
    })
    for (const { status } of await opened.append(commits)) if (status !== 'committed') throw new Error(status)
    const before = written
    written += commits.length
    if (written > EVENTS / 2) allowed.grant(Math.floor(written / SLOWNESS) - Math.floor(before / SLOWNESS))
    lag = Math.max(lag, written - consumed)
    if (written % (EVENTS / SAMPLES) < BATCH) atRest.push(heapAtRest() - baseline)
  }
  allowed.grant(EVENTS)
  await consuming
  if (consumed !== EVENTS) throw new Error(`of ${EVENTS} events ${consumed} came`)
  report({
    events: EVENTS,
    megabytes: (EVENTS * Number(bytes)) / 1e6,
    lag,
    baseline,
    atRestMost: Math.max(...atRest),
    peak: peak - baseline,
    kept: heapAtRest() - baseline,
    resident: peakResident(),
  })
})
