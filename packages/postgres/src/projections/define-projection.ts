import { type DefineProjection, defineProjectionFor } from 'eventcore'
import type { PostgresTransaction } from './handler-transaction.ts'

/**
 * Defines a projection whose handlers write to tables of the store's own database, in the transaction in which the checkpoint
 * moves: each event has its effect exactly once, whatever crashes. `tx.run` leaves statements to be sent many at a time;
 * `tx.query` waits for its rows. Handlers are awaited one after the other, must not end the transaction, and read what other
 * processes committed meanwhile.
 * @throws InvalidDefinition (`INVALID_DEFINITION`), InvalidOptions (`INVALID_OPTIONS`)
 */
export const defineProjection: DefineProjection<PostgresTransaction, unknown> = defineProjectionFor()
