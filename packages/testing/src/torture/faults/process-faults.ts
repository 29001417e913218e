import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault.ts'
import { delayCalls, failSystemCalls } from './system-call-faults.ts'

export const processFaults: readonly Fault[] = [
  {
    kind: 'kill',
    summary: 'a client process is killed (SIGKILL), and another one takes its place',
    lane: 'process',
    pauseMs: 600,
    async strike({ crew }, random) {
      const victim = await crew.pick(random)
      await sleep(random.below(300))
      await crew.replace(victim)
      return true
    },
  },
  {
    kind: 'kill-in-flush',
    summary:
      'a client process is killed while it flushes a commit, or before it notes the answer: nobody was told of it',
    lane: 'process',
    pauseMs: 600,
    async strike({ crew }, random) {
      const victim = await crew.pick(random)
      if (!victim.running) return false
      const tracer = await delayCalls(victim.pid, random.chance(0.3) ? 'flushes' : 'lines', 300)
      await sleep(50 + random.below(200))
      await crew.replace(victim)
      await tracer.ended
      return true
    },
  },
  {
    kind: 'pause',
    summary: 'a client process is stopped (SIGSTOP) for up to 1.5 s, and goes on',
    lane: 'process',
    pauseMs: 400,
    async strike({ crew }, random) {
      const victim = await crew.pick(random)
      victim.signal('SIGSTOP')
      await sleep(50 + random.below(1_450))
      victim.signal('SIGCONT')
      return true
    },
  },
  {
    kind: 'io-error',
    summary: 'writes and flushes of a client process fail with EIO for a while',
    lane: 'process',
    pauseMs: 400,
    async strike({ crew }, random) {
      const victim = await crew.pick(random)
      if (!victim.running) return false
      await failSystemCalls([victim.pid], 1 + random.below(20), 50 + random.below(150))
      return true
    },
  },
]
