export type { SqliteEventStoreOptions } from './options.ts'
export { SqliteEventStore } from './sqlite-event-store.ts'
