import { parseWorked, streamsNamed, workStream } from './worked-event.ts'
import { begin, seen, type Workload } from './workload.ts'

export interface BankOptions {
  /** Default 8. */
  readonly accounts?: number
  /** Default 100. */
  readonly balance?: number
}

/** Transfers: the total never changes, no balance is ever negative. Refusals are decisions without events. */
export function bank({ accounts = 8, balance = 100 }: BankOptions = {}): Workload {
  const names = Array.from({ length: accounts }, (_, i) => workStream(`account-${i}`))
  return {
    name: 'bank',
    owns: streamsNamed('account-'),
    setup: [
      begin(
        'Open',
        names.map((stream) => ({ stream, amount: balance })),
      ),
    ],
    plan(random) {
      if (random.chance(0.1)) {
        return {
          name: 'Audit',
          query: true,
          readOnly: names,
          *decide() {
            yield names
            return []
          },
        }
      }
      const [from = workStream('account-0'), to = workStream('account-1')] = random.sample(names, 2)
      const amount = 1 + random.below(balance)
      return {
        name: 'Transfer',
        *decide() {
          const views = yield [from, to]
          if (seen(views, from).sum < amount) return []
          return [
            { stream: from, amount: -amount },
            { stream: to, amount },
          ]
        },
      }
    },
    violations(log) {
      const balances = new Map<string, number>()
      const broken: string[] = []
      for (const event of log) {
        const now = (balances.get(event.stream) ?? 0) + parseWorked(event).amount
        balances.set(event.stream, now)
        if (now < 0) broken.push(`${event.stream} is overdrawn to ${now} by event ${event.id}`)
      }
      const total = [...balances.values()].reduce((sum, one) => sum + one, 0)
      if (total !== accounts * balance) broken.push(`the accounts hold ${total} together, not ${accounts * balance}`)
      return broken
    },
  }
}
