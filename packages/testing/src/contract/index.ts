export { type Death, deathOf, dyingAt, KILL_SITES, type KillSite, type Mortal } from '../projections/dying-at.ts'
export { foldOfLog } from '../projections/fold-of-log.ts'
export type {
  LedgerEvent,
  LedgerOptions,
  LedgerRow,
  OpenedProjections,
  OpenProjections,
} from '../projections/open-projections.ts'
export { deposit } from '../projections/open-projections.ts'
export type { OwnerFault, Strike } from '../projections/owner-faults.ts'
export { type PoisonContractOptions, poisonContract } from '../projections/poison-contract.ts'
export type { PoisonLoad } from '../projections/poison-load.ts'
export { type ProcessesContractOptions, processesContract } from '../projections/processes-contract.ts'
export { isFoldOfLog, type ProjectingProcesses } from '../projections/projecting-processes.ts'
export { playProjectionTest, projectionContract, projectionTests } from '../projections/projection-contract.ts'
export type { ProjectionTest } from '../projections/projection-test.ts'
export { type RebuildContractOptions, rebuildContract } from '../projections/rebuild-contract.ts'
export type { RebuildLoad } from '../projections/rebuild-load.ts'
export {
  BALANCE_LIMIT,
  LedgerAccount,
  type SqlLedgerStore,
  sqlLedger,
  sqlLedgerRows,
} from '../projections/sql-ledger.ts'
export { type FailOvers, type TakeOverReport, takeOverProjecting } from '../projections/take-over.ts'
export type { OpenedStore, OpenStore, StoreCapabilities } from './open-store.ts'
export { type ContractRunner, type StoreContractOptions, storeContract } from './store-contract.ts'
