import { type DefineProjection, defineProjectionFor } from 'eventcore'
import type { ClientBase } from 'pg'

/**
 * Defines a projection whose handlers write with a client of `pg`, in the transaction in which the checkpoint moves: each event
 * has its effect exactly once, whatever crashes. Handlers are awaited one after the other; a `batch` handler that writes all rows
 * with one statement is many times faster. They must not end the transaction, and read what other processes committed meanwhile.
 * @throws InvalidDefinition (`INVALID_DEFINITION`), InvalidOptions (`INVALID_OPTIONS`)
 */
export const defineProjection: DefineProjection<ClientBase, unknown> = defineProjectionFor()
