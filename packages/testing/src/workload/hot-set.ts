import { streamsNamed, workStream } from './worked-event.ts'
import type { Workload } from './workload.ts'

export interface HotSetOptions {
  /** Default 12. */
  readonly streams?: number
  /** Streams read by each command. Default 3. */
  readonly reads?: number
  /** Share of queries, which only look. Default 0.1. */
  readonly queries?: number
}

/** Few streams, three reads, one or two writes among them: write skew and lost updates. */
export function hotSet({ streams = 12, reads = 3, queries = 0.1 }: HotSetOptions = {}): Workload {
  const names = Array.from({ length: streams }, (_, i) => workStream(`hot-${i}`))
  return {
    name: 'hot set',
    owns: streamsNamed('hot-'),
    plan(random) {
      const wanted = random.sample(names, reads)
      if (random.chance(queries)) {
        return {
          name: 'Look',
          query: true,
          readOnly: wanted,
          *decide() {
            yield wanted
            return []
          },
        }
      }
      const written = wanted.slice(0, 1 + random.below(2))
      return {
        name: 'Touch',
        readOnly: wanted.slice(written.length),
        *decide() {
          yield wanted
          return written.map((stream) => ({ stream, amount: 1 }))
        },
      }
    },
  }
}
