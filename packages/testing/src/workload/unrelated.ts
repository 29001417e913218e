import { streamsNamed, workStream } from './worked-event.ts'
import type { Workload } from './workload.ts'

/** Each client has a stream of its own: nobody may ever conflict with anybody. */
export function unrelated(): Workload {
  return {
    name: 'unrelated writers',
    owns: streamsNamed('own-'),
    plan(_random, client) {
      const stream = workStream(`own-${client}`)
      return {
        name: 'Note',
        *decide() {
          yield [stream]
          return [{ stream, amount: 1 }]
        },
      }
    },
  }
}
