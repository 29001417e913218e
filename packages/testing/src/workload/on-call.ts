import { parseWorked, streamsNamed, workStream } from './worked-event.ts'
import { begin, seen, type Workload } from './workload.ts'

export interface OnCallOptions {
  /** Wards with two doctors each. Default 6. */
  readonly wards?: number
}

/** Doctors on call, pure write skew: one of two may go off duty as long as the other is on. Somebody always must be. */
export function onCall({ wards = 6 }: OnCallOptions = {}): Workload {
  const ward = (i: number) => [workStream(`ward-${i}-first`), workStream(`ward-${i}-second`)] as const
  return {
    name: 'write skew',
    owns: streamsNamed('ward-'),
    setup: Array.from({ length: wards }, (_, i) =>
      begin(
        'Open',
        ward(i).map((stream) => ({ stream, amount: 1 })),
      ),
    ),
    plan(random) {
      const doctors = ward(random.below(wards))
      const [mine, other] = random.chance(0.5) ? doctors : ([doctors[1], doctors[0]] as const)
      return {
        name: 'Change shift',
        readOnly: [other],
        *decide() {
          const views = yield [mine, other]
          if (seen(views, mine).sum === 0) return [{ stream: mine, amount: 1 }]
          return seen(views, other).sum === 0 ? [] : [{ stream: mine, amount: -1 }]
        },
      }
    },
    violations(log) {
      const onDuty = new Map<string, number>()
      const broken: string[] = []
      for (const event of log) {
        const place = event.stream.replace(/-(first|second)$/, '')
        const { amount, index, of } = parseWorked(event)
        onDuty.set(place, (onDuty.get(place) ?? 0) + amount)
        if (onDuty.get(place) === 0 && index === of - 1)
          broken.push(`nobody is on call in ${place} after event ${event.id}`)
      }
      return broken
    },
  }
}
