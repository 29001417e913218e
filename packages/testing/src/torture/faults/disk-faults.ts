import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault.ts'

export const diskFaults: readonly Fault[] = [
  {
    kind: 'disk-full',
    summary: 'the disk is filled, and space is freed after up to a second',
    lane: 'disk',
    pauseMs: 1_200,
    async strike({ arena: { disk, server }, isOver }, random) {
      if (disk === undefined) return false
      disk.fill(random.below(200_000))
      await sleep(200 + random.below(800))
      disk.free()
      isOver('a full disk')
      // A server that could not write its log has given itself up.
      await server?.control?.start()
      return true
    },
  },
]
