import type { EventStore } from 'eventcore'
import { Chaos } from '../../doubles/chaos.ts'
import { NO_PROCESSES, UNKNOWN_STORE } from '../faults/impossible.ts'
import type { Target } from './arena.ts'

/**
 * Opens an empty store for each round, in this process. Nothing of it can be killed: so calls fail, and answers get lost or are given
 * before the commit is made.
 */
export function objectTarget(
  open: (round: string) => EventStore | Promise<EventStore>,
  witness: 'commits' | 'commits-and-queries',
  disturbed: boolean,
): Target {
  return {
    name: 'object',
    impossible: { ...UNKNOWN_STORE, ...NO_PROCESSES },
    settings: {},
    async arena(round) {
      const store = await open(round)
      const chaos = new Chaos({
        latencyMs: 2,
        unavailable: 0.02,
        lostReplies: 0.02,
        lostRequests: 0.02,
        lateWrites: 0.02,
      })
      const location = { kind: 'object', store: disturbed ? chaos.wrap(store) : store } as const
      return {
        location,
        direct: { kind: 'object', store },
        witness,
        settled: () => chaos.settled(),
        integrity: async () => undefined,
        dispose: () => store.close(),
      }
    },
    dispose: async () => {},
  }
}
