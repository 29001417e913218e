import { parseWorked, streamsNamed, workStream } from './worked-event.ts'
import { begin, seen, type Workload } from './workload.ts'

export interface RingOptions {
  /** Default 10. */
  readonly nodes?: number
}

/**
 * Streams that each name the next one, in a ring. A command walks four of them and swaps the two in the middle. Whoever
 * overlooks one change breaks the ring, and then it never closes again.
 */
export function ring({ nodes = 10 }: RingOptions = {}): Workload {
  const node = (i: number) => workStream(`node-${i % nodes}`)
  const names = Array.from({ length: nodes }, (_, i) => node(i))
  return {
    name: 'ring',
    owns: streamsNamed('node-'),
    setup: [
      begin(
        'Close',
        names.map((stream, i) => ({ stream, next: node(i + 1) })),
      ),
    ],
    plan(random) {
      const first = random.pick(names)
      return {
        name: 'Swap',
        *decide() {
          const second = seen(yield [first], first).next ?? first
          const third = seen(yield [second], second).next ?? first
          const fourth = seen(yield [third], third).next ?? first
          return [
            { stream: first, next: third },
            { stream: third, next: second },
            { stream: second, next: fourth },
          ]
        },
      }
    },
    violations(log) {
      const next = new Map<string, string>()
      for (const event of log) next.set(event.stream, parseWorked(event).next ?? '')
      const walked = new Set<string>()
      for (let at = node(0); !walked.has(at) && next.has(at); at = next.get(at) ?? '') walked.add(at)
      return walked.size === nodes
        ? []
        : [`the ring has ${walked.size} nodes, not ${nodes}: ${[...walked].join(' → ')}`]
    },
  }
}
