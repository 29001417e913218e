import { parseWorked, streamsNamed, workStream } from './worked-event.ts'
import { seen, type Workload } from './workload.ts'

export interface PhantomOptions {
  /** Which pair of names a command wants. Processes that race must come to the same ones. Default: four commands for each. */
  readonly pair?: () => number
}

/**
 * Who may create a stream depends on another one *not* existing: of each pair of names at most one may ever be claimed. A
 * store that does not check streams read as absent lets two commands claim one each.
 */
export function phantom(options: PhantomOptions = {}): Workload {
  let planned = 0
  // A few clients at a time find the same pair still free.
  const { pair: nextPair = () => Math.floor(planned++ / 4) } = options
  return {
    name: 'phantom',
    owns: streamsNamed('name-'),
    plan(random) {
      const pair = nextPair()
      const left = workStream(`name-${pair}-left`)
      const right = workStream(`name-${pair}-right`)
      const wanted = random.chance(0.5) ? left : right
      return {
        name: 'Claim',
        readOnly: [wanted === left ? right : left],
        *decide() {
          const views = yield [left, right]
          const free = seen(views, left).version === 0 && seen(views, right).version === 0
          return free ? [{ stream: wanted, amount: 1 }] : []
        },
      }
    },
    violations(log) {
      const claims = new Map<string, number>()
      for (const event of log) {
        const pair = event.stream.replace(/-(left|right)$/, '')
        claims.set(pair, (claims.get(pair) ?? 0) + parseWorked(event).amount)
      }
      const double = [...claims].filter(([, count]) => count > 1)
      return double.map(([pair, count]) => `${pair} was claimed ${count} times, and may be claimed once`)
    },
  }
}
