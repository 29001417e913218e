// The oracle. It judges every store, and every library that is compared with ours, by the same rule: what was acknowledged is
// in the log, nothing else is, and no account was ever in debt.

/** What one event did to one account (or stock, or whatever must not fall below zero). */
export interface Entry {
  readonly account: string
  readonly amount: number
}

/** How much was acknowledged to callers, or found in a log. */
export interface Tally {
  readonly entries: number
  /** The sum of all amounts. */
  readonly money: number
}

/** What the log says about the acknowledgements. */
export interface Verdict {
  readonly acknowledged: number
  /** Acknowledged and not in the log, or in the log and never acknowledged: neither must happen. */
  readonly lost: number
  readonly surplus: number
  /** Entries that took an account below zero: a decision that was taken on something untrue. */
  readonly oversold: number
  /** By how much the money in the log differs from what was acknowledged. */
  readonly moneyOff: number
}

export const NOTHING: Tally = { entries: 0, money: 0 }

export function addTallies(a: Tally, b: Tally): Tally {
  return { entries: a.entries + b.entries, money: a.money + b.money }
}

/** Goes through a log, in its order, against what was acknowledged in all (what the accounts were opened with included). */
export class Audit {
  readonly #balances = new Map<string, number>()
  #found = NOTHING
  #oversold = 0

  add({ account, amount }: Entry): void {
    const balance = (this.#balances.get(account) ?? 0) + amount
    this.#balances.set(account, balance)
    if (balance < 0 && amount < 0) this.#oversold++
    this.#found = addTallies(this.#found, { entries: 1, money: amount })
  }

  verdict(acknowledged: Tally): Verdict {
    const missing = acknowledged.entries - this.#found.entries
    return {
      acknowledged: acknowledged.entries,
      lost: Math.max(0, missing),
      surplus: Math.max(0, -missing),
      oversold: this.#oversold,
      moneyOff: this.#found.money - acknowledged.money,
    }
  }
}

/** @throws Error that says what is wrong, for a library that promises that nothing ever is */
export function assertSound(verdict: Verdict): void {
  const { lost, surplus, oversold, moneyOff } = verdict
  if (lost === 0 && surplus === 0 && oversold === 0 && moneyOff === 0) return
  throw new Error(
    `The log does not hold what was acknowledged: ${lost} of ${verdict.acknowledged} entries lost, ${surplus} too many, ` +
      `${oversold} oversold, money off by ${moneyOff}.`,
  )
}
