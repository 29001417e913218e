import { streamsNamed, workStream } from './worked-event.ts'
import type { PlannedEvent, Workload } from './workload.ts'

export interface BulkOptions {
  /** Events of a bulk command. Default 5,000. */
  readonly events?: number
  /** Streams over which they are spread. Default 20. */
  readonly streams?: number
  /** Share of bulk commands; the others touch one of the streams. Default 0.05. */
  readonly share?: number
}

/** Thousands of events in one command, beside small ones on the same streams: parameter limits, chunking, torn commits. */
export function bulk({ events = 5_000, streams = 20, share = 0.05 }: BulkOptions = {}): Workload {
  const names = Array.from({ length: streams }, (_, i) => workStream(`bulk-${i}`))
  return {
    name: 'bulk',
    owns: streamsNamed('bulk-'),
    plan(random) {
      if (!random.chance(share)) {
        const stream = random.pick(names)
        return {
          name: 'Touch',
          *decide() {
            yield [stream]
            return [{ stream, amount: 1 }]
          },
        }
      }
      const planned = Array.from({ length: events }, (): PlannedEvent => ({ stream: random.pick(names), amount: 1 }))
      return {
        name: 'Import',
        *decide() {
          yield names
          return planned
        },
      }
    },
  }
}
