import { type DefineProjection, defineProjectionFor } from 'eventcore'
import type { SqliteTransaction } from './sqlite-transaction.ts'

/** What the compiler says of a handler that returns a promise. */
type NoPromise =
  'A handler on SQLite is synchronous: the transaction is over when it returns. Do not write async, and do what takes time in a reactor.'

/** Anything but a promise: the transaction is over when the handler returns. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the usual one
export type Synchronous = void | null | string | number | bigint | boolean | (object & { readonly then?: NoPromise })

/**
 * Defines a projection whose handlers write to tables of the store's own file, in the transaction in which the checkpoint moves:
 * each event has its effect exactly once, whatever crashes. Handlers are synchronous, and block the event loop while they run.
 * @throws InvalidDefinition (`INVALID_DEFINITION`), InvalidOptions (`INVALID_OPTIONS`)
 */
export const defineProjection: DefineProjection<SqliteTransaction, Synchronous> = defineProjectionFor()
