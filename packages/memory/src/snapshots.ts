import { assertNames, assertTexts, type Snapshot, type SnapshotStore } from 'eventcore'
import { compareBytes } from './byte-order.ts'

export class MemorySnapshots implements SnapshotStore {
  readonly #assertOpen: (operation: string) => void
  /** By stream, then by fold. */
  readonly #snapshots = new Map<string, Map<string, Snapshot>>()

  constructor(assertOpen: (operation: string) => void) {
    this.#assertOpen = assertOpen
  }

  async load(keys: readonly { readonly stream: string; readonly fold: string }[]): Promise<readonly Snapshot[]> {
    this.#assertOpen('snapshots.load')
    return keys.flatMap(({ stream, fold }) => this.#snapshots.get(stream)?.get(fold) ?? [])
  }

  async save(snapshot: Snapshot): Promise<void> {
    this.#assertOpen('snapshots.save')
    assertNames({ stream: snapshot.stream, fold: snapshot.fold, headId: snapshot.headId })
    assertTexts({ state: snapshot.state })
    let folds = this.#snapshots.get(snapshot.stream)
    if (folds === undefined) {
      folds = new Map()
      this.#snapshots.set(snapshot.stream, folds)
    }
    const kept = folds.get(snapshot.fold)
    if (kept === undefined || kept.version < snapshot.version) folds.set(snapshot.fold, { ...snapshot })
  }

  async list({
    stream,
    after,
    limit,
  }: Parameters<SnapshotStore['list']>[0]): Promise<readonly Omit<Snapshot, 'state'>[]> {
    this.#assertOpen('snapshots.list')
    const all = [...this.#snapshots.values()].flatMap((folds) => [...folds.values()])
    return all
      .filter((snapshot) => stream === undefined || snapshot.stream === stream)
      .filter((snapshot) => after === undefined || compareKeys(snapshot, after) > 0)
      .sort(compareKeys)
      .slice(0, limit)
      .map(({ state: _, ...rest }) => rest)
  }

  async delete({ stream, fold }: { readonly stream: string; readonly fold?: string }): Promise<number> {
    this.#assertOpen('snapshots.delete')
    const folds = this.#snapshots.get(stream)
    if (folds === undefined) return 0
    const before = folds.size
    if (fold === undefined) folds.clear()
    else folds.delete(fold)
    const deleted = before - folds.size
    if (folds.size === 0) this.#snapshots.delete(stream)
    return deleted
  }
}

type SnapshotKey = Pick<Snapshot, 'stream' | 'fold'>

const compareKeys = (a: SnapshotKey, b: SnapshotKey): number =>
  compareBytes(a.stream, b.stream) || compareBytes(a.fold, b.fold)
