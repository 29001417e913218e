import { assertNames, assertTexts, type Checkpoint, type CheckpointStore, type Cursor, LeaseLost } from 'eventcore'
import { compareBytes } from './byte-order.ts'
import type { MemoryLeases } from './leases.ts'

export class MemoryCheckpoints implements CheckpointStore {
  readonly #assertOpen: (operation: string) => void
  readonly #leases: MemoryLeases
  readonly #checkpoints = new Map<string, Checkpoint>()

  constructor(assertOpen: (operation: string) => void, leases: MemoryLeases) {
    this.#assertOpen = assertOpen
    this.#leases = leases
  }

  async load(name: string): Promise<Checkpoint | undefined> {
    this.#assertOpen('checkpoints.load')
    return this.#checkpoints.get(name)
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    this.#assertOpen('checkpoints.save')
    assertNames({ name: checkpoint.name })
    assertTexts({ cursor: checkpoint.cursor })
    this.assertNotFenced('checkpoints.save', checkpoint.name, checkpoint.epoch)
    this.set(checkpoint)
  }

  /** @throws LeaseLost (`LEASE_LOST`) */
  assertNotFenced(operation: string, name: string, epoch: number): void {
    const highest = Math.max(this.#leases.epochOf(name), this.#checkpoints.get(name)?.epoch ?? 0)
    if (epoch < highest) throw new LeaseLost(operation, name, epoch, highest)
  }

  /** In one step with whatever else the caller changes. */
  set({ name, cursor, epoch }: Checkpoint): void {
    this.#checkpoints.set(name, { name, cursor, epoch })
  }

  /** Of an inline projection, which needs no lease. */
  advance(name: string, cursor: Cursor): void {
    const epoch = Math.max(this.#leases.epochOf(name), this.#checkpoints.get(name)?.epoch ?? 0)
    this.set({ name, cursor, epoch })
  }

  cursorOf(name: string): Cursor | undefined {
    return this.#checkpoints.get(name)?.cursor
  }

  forget(name: string): void {
    this.#checkpoints.delete(name)
  }

  async list({ after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly Checkpoint[]> {
    this.#assertOpen('checkpoints.list')
    return [...this.#checkpoints.values()]
      .filter(({ name }) => after === undefined || compareBytes(name, after) > 0)
      .sort((a, b) => compareBytes(a.name, b.name))
      .slice(0, limit)
  }

  async delete(name: string): Promise<boolean> {
    this.#assertOpen('checkpoints.delete')
    return this.#checkpoints.delete(name)
  }
}
