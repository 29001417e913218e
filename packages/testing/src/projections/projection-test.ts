import type { LedgerOptions, OpenedProjections } from './open-projections.ts'

/** One promise about projections, as a test. */
export interface ProjectionTest {
  readonly name: string
  /** The ledger that the store is to keep within its appends. */
  readonly inline?: LedgerOptions
  run<Tx>(opened: OpenedProjections<Tx>): Promise<void>
}
