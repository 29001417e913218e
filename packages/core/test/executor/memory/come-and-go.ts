import { RenewedMap } from '../../../src/executor/renewed-map.ts'
import { heap, heapAtRest, report } from './heap.ts'

/** Measures how many megabytes the heap grows, scavenged and not marked, while 200,000 entries pass through a map, 500 at a time. */
let peak = 0
const { gc } = globalThis
if (gc === undefined) throw new Error('start node with --expose-gc')
const map = new RenewedMap<string, readonly number[]>()

function pass(first: number, count: number): void {
  for (let i = first; i < first + count; i++) {
    map.set(`key ${i}`, new Array<number>(100).fill(i))
    map.delete(`key ${i - 500}`)
    if (i % 1_000 !== 0) continue
    gc?.({ type: 'minor' })
    peak = Math.max(peak, heap())
  }
}

pass(0, 10_000)
const before = heapAtRest()
peak = 0
pass(10_000, 200_000)
report({ megabytes: peak - before })
