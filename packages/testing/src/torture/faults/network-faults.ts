import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault.ts'

/** For how long a fault waits for a reply that it can spoil. */
const PATIENCE_MS = 2_000

export const networkFaults: readonly Fault[] = [
  {
    kind: 'cut',
    summary: 'one connection is cut, or all of them',
    lane: 'network',
    pauseMs: 300,
    async strike({ arena: { proxy } }, random) {
      if (random.chance(0.7)) proxy?.cutOne()
      else proxy?.cutAll()
      return true
    },
  },
  {
    kind: 'cut-reply',
    summary: 'a connection is cut in the middle of an answer',
    lane: 'network',
    pauseMs: 300,
    async strike({ arena: { proxy }, over }) {
      await proxy?.tearReply(AbortSignal.any([over, AbortSignal.timeout(PATIENCE_MS)]))
      return true
    },
  },
  {
    kind: 'lose-reply',
    summary: 'the answer to an append is thrown away, and its connection cut',
    lane: 'network',
    pauseMs: 300,
    async strike({ arena: { proxy }, over }) {
      await proxy?.swallowReply(AbortSignal.any([over, AbortSignal.timeout(PATIENCE_MS)]))
      return true
    },
  },
  {
    kind: 'delay',
    summary: 'everything takes up to 60 ms longer in each direction, for up to a second',
    lane: 'network',
    pauseMs: 300,
    async strike({ arena: { proxy } }, random) {
      proxy?.delay({ ms: random.below(20), jitterMs: random.below(40) })
      await sleep(200 + random.below(800))
      proxy?.delay(undefined)
      return true
    },
  },
  {
    kind: 'silence',
    summary: 'half of the connections stay open, and nothing comes through any more (half-open)',
    lane: 'network',
    pauseMs: 1_500,
    async strike({ arena: { proxy } }) {
      proxy?.silence()
      return true
    },
  },
]
