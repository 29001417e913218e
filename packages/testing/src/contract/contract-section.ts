import type { StoreCapabilities } from './open-store.ts'
import type { Stage } from './stage.ts'

/** One promise of the store contract, as a test. Its name says what is promised. */
export interface ContractTest {
  readonly name: string
  /** Without this the test is not registered. */
  readonly needs?: keyof StoreCapabilities
  readonly run: (stage: Stage) => Promise<void>
}

export interface ContractSection {
  readonly name: string
  readonly tests: readonly ContractTest[]
}

export const contractTest = (name: string, run: ContractTest['run']): ContractTest => ({ name, run })

/** A test that only makes sense for stores with a certain capability. */
export const contractTestFor = (
  needs: keyof StoreCapabilities,
  name: string,
  run: ContractTest['run'],
): ContractTest => ({ name, needs, run })
