import type { FeedEvent } from 'eventcore'
import type { Anomaly } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import type { SubscriberHistory } from './history.ts'
import type { LogIndex } from './log-index.ts'

/** What a subscriber should have been given. */
export interface SubscriberExpectation {
  /** Which events it subscribed to. Default: all. */
  readonly filter?: ((event: FeedEvent) => boolean) | undefined
  /** `at-least-once` lets a subscriber that started again be given events again. Default `exactly-once`. */
  readonly delivery?: 'exactly-once' | 'at-least-once' | undefined
  /** Whether it had time to reach the end of the feed. `false`: it may stop anywhere. Default `true`. */
  readonly complete?: boolean | undefined
}

/** Check 7: everything once, in feed order, which must agree with the order of each stream and with causality. */
export function checkSubscribers(
  subscribers: readonly SubscriberHistory[],
  index: LogIndex,
  expectations: Readonly<Record<string, SubscriberExpectation>>,
): Anomaly[] {
  return subscribers.flatMap((subscriber) => {
    const check = new SubscriberCheck(subscriber.name, index, expectations[subscriber.name] ?? {})
    for (const session of subscriber.sessions) check.session(session)
    return check.finish()
  })
}

/** What was delivered so far, each event by its index in the log. */
class SubscriberCheck {
  readonly #name: string
  readonly #index: LogIndex
  readonly #expected: SubscriberExpectation
  readonly #seen: Uint8Array
  /** The event farthest down the feed. */
  #farthest = -1
  readonly #streamVersions = new Map<string, number>()
  /** Causes that were not delivered before their effect: cause → effect. */
  readonly #overtaken = new Map<number, number>()
  readonly #anomalies: Anomaly[] = []

  constructor(name: string, index: LogIndex, expected: SubscriberExpectation) {
    this.#name = name
    this.#index = index
    this.#expected = expected
    this.#seen = new Uint8Array(index.log.length)
  }

  session(eventIds: readonly string[]): void {
    const inSession = new Set<number>()
    let last = -1
    for (const eventId of eventIds) {
      const event = this.#index.eventWithId(eventId)
      if (event === -1 || !this.#wants(event)) {
        this.#anomalies.push({ kind: 'unknown-delivery', subscriber: this.#name, eventId })
        continue
      }
      const again = this.#seen[event] === 1
      if (inSession.has(event) || (again && this.#expected.delivery !== 'at-least-once')) {
        this.#anomalies.push({ kind: 'duplicate-delivery', subscriber: this.#name, eventId })
        continue
      }
      if (!again) this.#deliver(event)
      else if (event < last) this.#disorder(event, 'feed', last)
      last = Math.max(last, event)
      inSession.add(event)
    }
  }

  finish(): readonly Anomaly[] {
    const missed: string[] = []
    const end = this.#expected.complete === false ? this.#farthest : this.#index.log.length
    for (let event = 0; event < end; event++) {
      if (this.#seen[event] === 0 && this.#wants(event)) missed.push(itemAt(this.#index.log, event).id)
    }
    if (missed.length > 0) {
      this.#anomalies.push({ kind: 'missed-delivery', subscriber: this.#name, eventIds: missed })
    }
    return this.#anomalies
  }

  #wants(event: number): boolean {
    return this.#expected.filter?.(itemAt(this.#index.log, event)) ?? true
  }

  /** Delivered for the first time. */
  #deliver(event: number): void {
    const { stream, version, commit } = itemAt(this.#index.log, event)
    const effect = this.#overtaken.get(event)
    const laterVersion = this.#streamVersions.get(stream) ?? 0
    if (effect !== undefined) this.#disorder(event, 'causality', effect)
    else if (version < laterVersion) this.#disorder(event, 'stream', this.#index.eventAt(stream, laterVersion))
    else if (event < this.#farthest) this.#disorder(event, 'feed', this.#farthest)

    this.#seen[event] = 1
    this.#farthest = Math.max(this.#farthest, event)
    this.#streamVersions.set(stream, Math.max(version, laterVersion))
    for (const read of commit.reads) {
      const cause = this.#index.eventAt(read.stream, read.version)
      if (cause !== -1 && this.#seen[cause] === 0) this.#overtaken.set(cause, event)
    }
  }

  #disorder(event: number, broken: 'feed' | 'stream' | 'causality', after: number): void {
    this.#anomalies.push({
      kind: 'delivery-order',
      subscriber: this.#name,
      broken,
      eventId: itemAt(this.#index.log, event).id,
      deliveredAfter: itemAt(this.#index.log, after).id,
    })
  }
}
