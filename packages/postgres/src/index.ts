export type { FeedHolder, FeedStatus } from './feed/feed-status.ts'
export { type MigratePostgresOptions, migratePostgres } from './migrate-postgres.ts'
export type { PostgresEventStoreOptions } from './options.ts'
export { PostgresEventStore } from './postgres-event-store.ts'
