import { streamsNamed, workStream } from './worked-event.ts'
import type { Workload } from './workload.ts'

export interface ReadDependencyOptions {
  /** Streams that are read and sometimes changed. Default 10. */
  readonly streams?: number
  /** Streams read by each command beside the one it writes. Default 5. */
  readonly reads?: number
}

/** Reads five, writes one: streams that take part by being read alone. */
export function readDependency({ streams = 10, reads = 5 }: ReadDependencyOptions = {}): Workload {
  const names = Array.from({ length: streams }, (_, i) => workStream(`input-${i}`))
  return {
    name: 'read-only dependency',
    owns: streamsNamed('input-'),
    plan(random) {
      const [written = workStream('input-0'), ...read] = random.sample(names, reads + 1)
      return {
        name: 'Derive',
        readOnly: read,
        *decide() {
          yield [written, ...read]
          return [{ stream: written, amount: 1 }]
        },
      }
    },
  }
}
