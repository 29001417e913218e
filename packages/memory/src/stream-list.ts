import type { StreamInfo, StreamListQuery } from 'eventcore'
import { compareBytes } from './byte-order.ts'
import type { EventLog } from './event-log.ts'

/** Lists streams in byte order. Keeps the sorted ids until a stream has come into being, so that paging sorts once. */
export class StreamList {
  readonly #log: EventLog
  #sorted: string[] = []
  #changes = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  page({ prefix = '', after, limit }: StreamListQuery): StreamInfo[] {
    const { streams } = this.#log
    if (this.#changes !== streams.changes) {
      this.#sorted = streams.existing().sort(compareBytes)
      this.#changes = streams.changes
    }
    const page: StreamInfo[] = []
    for (
      let i = after === undefined ? 0 : firstBehind(this.#sorted, after);
      i < this.#sorted.length && page.length < limit;
      i++
    ) {
      const stream = this.#sorted[i] as string
      if (stream.startsWith(prefix)) page.push({ stream, version: streams.get(stream)?.version ?? 0 })
    }
    return page
  }
}

/** Index of the first id that sorts after the given one. */
function firstBehind(sorted: readonly string[], id: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareBytes(sorted[middle] as string, id) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
