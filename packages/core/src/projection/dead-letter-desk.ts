import { DeadLetterGone } from '../errors/projection-errors.ts'
import { StoreFailure } from '../errors/store-errors.ts'
import type { FeedEvent } from '../store/feed.ts'
import { attribute } from './apply-inside.ts'
import type { DeadLetter } from './dead-letter.ts'
import { handle, type WorkPlanner } from './event-work.ts'
import type { ProjectionKind } from './projection-kind.ts'
import type { ProjectingStore } from './projection-target.ts'

const HELD: readonly DeadLetter['reason'][] = ['failed', 'waiting']
const PAGE = 100

/** Where the events lie that a projection could not take. */
export class DeadLetterDesk<Tx> {
  readonly #store: ProjectingStore<Tx>
  readonly #kind: ProjectionKind<Tx>
  readonly #id: string
  readonly #planner: WorkPlanner<Tx>
  readonly #now: () => number

  /** @internal */
  constructor(
    store: ProjectingStore<Tx>,
    kind: ProjectionKind<Tx>,
    id: string,
    planner: WorkPlanner<Tx>,
    now: () => number,
  ) {
    this.#store = store
    this.#kind = kind
    this.#id = id
    this.#planner = planner
    this.#now = now
  }

  /** In the order in which they were parked. `after` is the `sequence` of the last one seen. */
  list(
    options: {
      readonly stream?: string
      readonly reasons?: readonly DeadLetter['reason'][]
      readonly after?: number
      readonly limit?: number
    } = {},
  ): Promise<readonly DeadLetter[]> {
    return this.#store.projections.deadLetters.list({ limit: PAGE, ...options, projection: this.#id })
  }

  /** The event of a letter, as it stands in the feed. */
  async inspect(letter: DeadLetter): Promise<FeedEvent> {
    const [commit] = await this.#store.findCommits([letter.commandId])
    const event = commit?.events.find(({ id }) => id === letter.eventId)
    if (commit === undefined || event === undefined)
      throw new StoreFailure(
        `Event ${letter.eventId} of dead letter ${letter.sequence} is not in the store. Was it restored from a backup? Rebuild ${this.#id}.`,
        'findCommits',
      )
    return { ...event, commit }
  }

  /**
   * Handles the parked events of one stream, or of all streams, in their order, each with its letter in one transaction. Stops
   * with a stream where an event fails again, and goes on with the next stream. A runner that works meanwhile may park more behind
   * them: these are handled too, so that every stream without an error flows again.
   * @returns how many were handled, and the errors by stream
   */
  async retry(stream?: string): Promise<{ readonly handled: number; readonly errors: ReadonlyMap<string, unknown> }> {
    const errors = new Map<string, unknown>()
    let handled = 0
    let before = 0
    let after = 0
    while (true) {
      const letters = await this.list({
        ...(stream === undefined ? {} : { stream }),
        reasons: HELD,
        after,
        limit: PAGE,
      })
      for (const letter of letters) {
        after = letter.sequence
        if (errors.has(letter.stream)) continue
        try {
          await this.#retryOne(letter)
          handled++
        } catch (error) {
          errors.set(letter.stream, error)
        }
      }
      if (letters.length === PAGE) continue
      if (handled === before) return { handled, errors }
      // From the front again, until nothing came in between.
      before = handled
      after = 0
    }
  }

  /**
   * Gives an event up: it is kept as `skipped`, and holds nothing up any more. Those that wait behind it still wait: retry them.
   * @throws DeadLetterGone (`DEAD_LETTER_GONE`)
   */
  async discard(letter: DeadLetter): Promise<void> {
    const { sequence, ...rest } = letter
    await this.#store.projections.commit({
      projection: this.#id,
      resolves: sequence,
      streams: [],
      apply: () => [{ ...rest, reason: 'skipped', parkedAt: this.#now() }],
    })
  }

  async #retryOne(letter: DeadLetter): Promise<void> {
    const [first] = await this.list({ stream: letter.stream, reasons: HELD, limit: 1 })
    if (first?.sequence !== letter.sequence) throw new DeadLetterGone(this.#id, letter.sequence)
    const event = await this.inspect(letter)
    const { work, undecodable } = this.#planner.plan([event])
    if (undecodable !== undefined) throw undecodable.error
    const [one] = work
    const outside = this.#kind.delivery === 'outside'
    // Handlers outside of a transaction are given none.
    if (outside && one !== undefined) await handle(this.#kind, one, undefined as Tx)
    await this.#store.projections.commit({
      projection: this.#id,
      resolves: letter.sequence,
      streams: [],
      apply: (tx) => {
        if (outside || one === undefined) return []
        attribute(this.#store.projections, this.#kind, one, tx)
        const result = handle(this.#kind, one, tx)
        return result instanceof Promise ? result.then(() => []) : []
      },
    })
  }
}
