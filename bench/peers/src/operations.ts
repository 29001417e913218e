import { type Entry, NOTHING, type Tally } from '../../src/harness/audit.ts'
import { zipf } from '../../src/harness/random.ts'
import type { Answer, Bank } from './participant.ts'

/** What one operation came to, and what the log must hold when it was done. */
interface Done {
  readonly answer: Answer
  readonly written: Tally
}

/** The same operations for everybody. */
export interface OperationScenario {
  readonly title: string
  readonly accounts: number
  readonly balance: number
  /** Where there are so many accounts that whoever keeps their states has yet to meet them. Default: half of the measurement. */
  readonly warmUpSeconds?: number
  /** Entries that the oracle begins with, beside the balances. */
  readonly credits?: (log: readonly Entry[]) => Iterable<Entry>
  readonly operations: (bank: Bank, random: () => number) => () => Promise<Done>
}

const ACCOUNTS = 10_000
const BALANCE = 1_000_000
/**
 * After half a second, who keeps states has met fewer than half of the accounts, and not all code is compiled. Not on few accounts: whoever reads
 * a whole history each time gets slower with it.
 */
const MEETING_ALL_SECONDS = 5

async function outcome(answer: Promise<Answer>, written: Tally): Promise<Done> {
  return { answer: await answer, written }
}

const deposits = (draw: () => number, bank: Bank) => () =>
  outcome(bank.deposit(String(draw()), 1), { entries: 1, money: 1 })

function transfers(draw: () => number, amount: () => number, bank: Bank): () => Promise<Done> {
  const { transfer } = bank
  if (transfer === undefined) throw new Error('It cannot transfer.')
  return () => {
    const from = draw()
    let to = draw()
    while (to === from) to = draw()
    return outcome(transfer(String(from), String(to), amount()), { entries: 2, money: 0 })
  }
}

const uniform = (limit: number, random: () => number) => () => Math.floor(random() * limit)

/** Each account that the log opens was there to be opened once. */
function* onceEach(log: readonly Entry[]): Generator<Entry> {
  for (const account of new Set(log.map((entry) => entry.account)))
    if (account.startsWith('unopened/')) yield { account, amount: 1 }
}

export const OPERATIONS: Readonly<Record<string, OperationScenario>> = {
  deposit: {
    title: 'deposit (1 stream of 10,000)',
    accounts: ACCOUNTS,
    balance: BALANCE,
    warmUpSeconds: MEETING_ALL_SECONDS,
    operations: (bank, random) => deposits(uniform(ACCOUNTS, random), bank),
  },
  'deposit-embedded': {
    title: 'deposit (1 stream of 1,000), on a file',
    accounts: 1_000,
    balance: BALANCE,
    operations: (bank, random) => deposits(uniform(1_000, random), bank),
  },
  transfer: {
    title: 'transfer (2 streams of 10,000)',
    accounts: ACCOUNTS,
    balance: BALANCE,
    warmUpSeconds: MEETING_ALL_SECONDS,
    operations: (bank, random) => transfers(uniform(ACCOUNTS, random), () => 1, bank),
  },
  'zipf-deposit': {
    title: 'deposit, Zipf over 100 accounts',
    accounts: 100,
    balance: BALANCE,
    operations: (bank, random) => deposits(zipf(100, random), bank),
  },
  'zipf-transfer': {
    title: 'transfer, Zipf over 100 accounts',
    accounts: 100,
    balance: BALANCE,
    operations: (bank, random) => transfers(zipf(100, random), () => 1, bank),
  },
  oversell: {
    title: 'withdrawals and deposits, 10 accounts with little money',
    accounts: 10,
    balance: 20,
    operations: (bank, random) => {
      const draw = uniform(10, random)
      return () => {
        const account = String(draw())
        const amount = 1 + Math.floor(random() * 5)
        return random() < 0.6
          ? outcome(bank.withdraw(account, amount), { entries: 1, money: -amount })
          : outcome(bank.deposit(account, amount), { entries: 1, money: amount })
      }
    },
  },
  'oversell-transfer': {
    title: 'transfers, 10 accounts with little money',
    accounts: 10,
    balance: 20,
    operations: (bank, random) => transfers(uniform(10, random), () => 1 + Math.floor(random() * 5), bank),
  },
  'open-once': {
    title: 'eight callers open the same account',
    accounts: 0,
    balance: 0,
    credits: onceEach,
    operations: (bank) => {
      let calls = 0
      return () => outcome(bank.open(`new-${calls++ >> 3}`), { entries: 1, money: -1 })
    },
  },
}

/** What the operations of one process came to. */
export class Outcomes {
  #tally = NOTHING
  #refused = 0
  #gaveUp = 0
  #done = 0
  readonly #failures = new Map<string, number>()

  readonly call = async (operation: () => Promise<Done>): Promise<void> => {
    try {
      const { answer, written } = await operation()
      if (answer === 'refused') this.#refused++
      else if (answer === 'gave-up') this.#gaveUp++
      else {
        this.#done++
        this.#tally = { entries: this.#tally.entries + written.entries, money: this.#tally.money + written.money }
      }
    } catch (error) {
      // Whatever a library throws: its caller would have to take it for a failure.
      this.#gaveUp++
      const message = error instanceof Error ? error.message : String(error)
      this.#failures.set(message, (this.#failures.get(message) ?? 0) + 1)
    }
  }

  take() {
    const taken = {
      operations: this.#done + this.#refused,
      rejected: this.#refused,
      gaveUp: this.#gaveUp,
      acknowledged: this.#tally,
    }
    this.#tally = NOTHING
    this.#refused = this.#gaveUp = this.#done = 0
    return taken
  }

  /** What was thrown, and how often. */
  failures(): readonly string[] {
    return Array.from(this.#failures, ([message, times]) => `${times} × ${message.split('\n')[0]}`)
  }
}
