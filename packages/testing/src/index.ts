export type { OpenedStore, OpenStore, StoreCapabilities } from './contract/open-store.ts'
export { type ContractRunner, type StoreContractOptions, storeContract } from './contract/store-contract.ts'
