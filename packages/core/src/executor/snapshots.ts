import { encodeJson } from '../payload/encode-json.ts'
import { freezeDeeply } from '../payload/freeze-deeply.ts'
import type { EventStore } from '../store/event-store.ts'
import type { Snapshot } from '../store/snapshot-store.ts'
import type { SnapshotRule } from '../stream/snapshot-policy.ts'
import { validateNow } from './decode-event.ts'
import { reasonOf } from './reason-of.ts'
import type { FoldState, StreamEntry } from './stream-entry.ts'

/** How many snapshots wait to be written. Beyond, none is taken: the next commit to the stream is another occasion. */
const QUEUE_LIMIT = 256

/** A state at a version of a stream, and under which name it is kept. */
interface DueSnapshot {
  readonly stream: string
  readonly fold: string
  readonly version: number
  readonly headId: string
  readonly state: unknown
}

/**
 * Folded states in the store, for folds with a policy. Nothing here can fail a command: what goes wrong becomes a process
 * warning, once for each fold and doing, and the stream is folded from its beginning.
 */
export class Snapshots {
  readonly #store: EventStore
  readonly #queue: DueSnapshot[] = []
  readonly #warned = new Set<string>()
  #writing: Promise<void> | undefined

  constructor(store: EventStore) {
    this.#store = store
  }

  /** Offers to folds that have nothing folded yet what the store kept. They take it when they come to the event it was made at. */
  async offerTo(folds: readonly { readonly stream: string; readonly fold: FoldState }[]): Promise<void> {
    const seeking = new Map<string, FoldState>()
    const keys: { stream: string; fold: string }[] = []
    for (const { stream, fold } of folds) {
      const { snapshot } = fold.kind
      if (snapshot === undefined) continue
      fold.snapshotSought = true
      seeking.set(keyOf(stream, snapshot.fold), fold)
      keys.push({ stream, fold: snapshot.fold })
    }
    if (keys.length === 0) return
    let found: readonly Snapshot[]
    try {
      found = await this.#store.snapshots.load(keys)
    } catch (error) {
      this.#warn('fetched', keys[0]?.fold ?? '', error)
      return
    }
    for (const { stream, fold, version, headId, state } of found) {
      const seeker = seeking.get(keyOf(stream, fold))
      if (seeker?.kind.snapshot === undefined) continue
      try {
        seeker.offer(version, headId, freezeDeeply(decode(seeker.kind.snapshot, state)))
      } catch (error) {
        this.#warn('read', fold, error)
      }
    }
  }

  /** Takes a snapshot of every fold of the stream that is due. It is written later, in the background. */
  take(entry: StreamEntry): void {
    const { stream, version, headId } = entry
    for (let fold = entry.firstFold; fold !== undefined; fold = fold.next) {
      const { snapshot } = fold.kind
      if (snapshot === undefined || fold.version !== version || headId === null) continue
      if (version - fold.snapshotVersion < snapshot.every || this.#queue.length >= QUEUE_LIMIT) continue
      fold.snapshotVersion = version
      this.#queue.push({ stream, fold: snapshot.fold, version, headId, state: fold.state })
      this.#writing ??= this.#write()
    }
  }

  /** Resolves when none waits to be written. */
  async idle(): Promise<void> {
    await this.#writing
  }

  /** One at a time. Never rejects. */
  async #write(): Promise<void> {
    // Not on the way of the command that made it due.
    await new Promise((resolve) => setImmediate(resolve))
    for (let due = this.#queue.shift(); due !== undefined; due = this.#queue.shift()) {
      try {
        const state = encodeJson(due.state, `The snapshot ${due.fold} of ${due.stream}`)
        await this.#store.snapshots.save({ ...due, state })
      } catch (error) {
        this.#warn('kept', due.fold, error)
      }
    }
    this.#writing = undefined
  }

  #warn(doing: string, fold: string, error: unknown): void {
    if (this.#warned.has(`${doing} ${fold}`)) return
    this.#warned.add(`${doing} ${fold}`)
    process.emitWarning(`Snapshots of ${fold} cannot be ${doing}: ${reasonOf(error)}`, {
      code: 'EVENTCORE_SNAPSHOT',
      detail: 'Commands go on without; long streams are folded from their beginning. Said once per fold and executor.',
    })
  }
}

function decode({ schema }: SnapshotRule, text: string): unknown {
  const state: unknown = JSON.parse(text)
  if (schema === undefined) return state
  const result = validateNow(schema, state, () => new TypeError('its schema gives no answer at once, or fails'))
  if (result.issues !== undefined)
    throw new TypeError(`its schema refuses it: ${result.issues.map(({ message }) => message).join('; ')}`)
  return result.value
}

/** A fold's name has no `#`. */
const keyOf = (stream: string, fold: string): string => `${fold}#${stream}`
