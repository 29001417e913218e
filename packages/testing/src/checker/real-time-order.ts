import { intAt, itemAt } from './bounds.ts'
import type { Transaction } from './transactions.ts'

/**
 * "Completed before invoked" among some transactions, in linear size. All pairs would be quadratic; instead completions
 * lead to a *barrier*, each barrier to the next one, and a barrier to the transactions invoked after it:
 *
 *     A completes ─┐
 *     B completes ─┴─▶ barrier 0 ──▶ C invoked
 *                          │
 *     C completes ───▶ barrier 1 ──▶ D invoked
 *
 * One transaction reaches another through barriers exactly when it completed strictly before the other was invoked.
 */
export class RealTimeOrder {
  /** The transactions by the time of their invocation. */
  readonly byInvocation: Int32Array
  /** How many barriers there are. */
  readonly barriers: number
  readonly #transactions: readonly Transaction[]
  /** By place in the members given: the first barrier after its completion, -1 for none. */
  readonly #barrierAfter: Int32Array
  /** Barrier b releases the members `byInvocation[releases[b]]` to before `byInvocation[releases[b + 1]]`. */
  readonly #releases: number[] = []

  constructor(transactions: readonly Transaction[], members: Int32Array) {
    this.#transactions = transactions
    const invokedAt = (node: number) => itemAt(transactions, node).invokedAt
    const completedAt = (node: number) => itemAt(transactions, node).completedAt
    this.byInvocation = sortedBy(members, invokedAt)

    const places = Int32Array.from(members.keys())
    const byCompletion = sortedBy(places, (place) => completedAt(intAt(members, place)))
    this.#barrierAfter = new Int32Array(members.length).fill(-1)
    let pending = 0 // the first completion that no barrier follows yet
    for (let i = 0; i < members.length; i++) {
      const invocation = invokedAt(intAt(this.byInvocation, i))
      let passed = pending
      // Strictly before: at equal times nothing is known about the order.
      while (passed < members.length && completedAt(intAt(members, intAt(byCompletion, passed))) < invocation) {
        this.#barrierAfter[intAt(byCompletion, passed)] = this.#releases.length
        passed++
      }
      if (passed > pending) this.#releases.push(i)
      pending = passed
    }
    this.barriers = this.#releases.length
  }

  /** The barrier that follows the completion of the member at this place, -1 when none does. */
  barrierAfter(place: number): number {
    return intAt(this.#barrierAfter, place)
  }

  /** Where in {@link byInvocation} the transactions begin that this barrier releases; the next one's begin ends them. */
  releases(barrier: number): number {
    return this.#releases[barrier] ?? this.byInvocation.length
  }

  /** The first place in {@link byInvocation} that was invoked after this transaction had completed. */
  firstInvokedAfter(node: number): number {
    const { completedAt } = itemAt(this.#transactions, node)
    let low = 0
    let high = this.byInvocation.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (itemAt(this.#transactions, intAt(this.byInvocation, middle)).invokedAt > completedAt) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Sorts by keys kept in a typed array: a comparator that looks two objects up per call took twice as long. */
function sortedBy(members: Int32Array, key: (member: number) => number): Int32Array {
  const keys = Float64Array.from(members, key)
  const order = Int32Array.from(members.keys())
  // Infinities must not be subtracted.
  order.sort((a, b) => {
    const x = keys[a] as number // both in bounds: a and b are places in `members`
    const y = keys[b] as number
    return x < y ? -1 : x > y ? 1 : 0
  })
  return order.map((place) => intAt(members, place))
}
