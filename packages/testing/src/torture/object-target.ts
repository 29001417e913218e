import type { EventStore } from 'eventcore'
import { HOUR_MS, type Target } from './arena.ts'
import { NO_PROCESSES, UNKNOWN_STORE } from './impossible.ts'

/** Opens an empty store for each round, in this process. */
export function objectTarget(
  open: (round: string) => EventStore | Promise<EventStore>,
  witness: 'commits' | 'commits-and-queries',
): Target {
  return {
    name: 'object',
    impossible: { ...UNKNOWN_STORE, ...NO_PROCESSES },
    settings: {},
    async arena(round) {
      const store = await open(round)
      const location = { kind: 'object', store } as const
      return {
        location,
        direct: location,
        witness,
        clockJumpMs: HOUR_MS,
        integrity: async () => undefined,
        dispose: () => store.close(),
      }
    },
    dispose: async () => {},
  }
}
