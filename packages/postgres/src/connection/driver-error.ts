import { EventStoreError, StoreFailure, StoreUnavailable } from 'eventcore'

/** An error that the server reported, as the driver passes it on. */
export interface ServerError extends Error {
  /** SQLSTATE, five characters. */
  readonly code: string
  readonly severity: string
  readonly detail?: string
  readonly hint?: string
  readonly constraint?: string
}

export const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error &&
  'severity' in error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^[0-9A-Z]{5}$/.test(error.code)

/**
 * Whether the server said that it rolled the statement back and goes on with the session. A fatal error ends the session,
 * and may come after the commit and before the answer.
 */
export const isRolledBack = (error: unknown): error is ServerError => isServerError(error) && error.severity === 'ERROR'

/** Whether the driver stopped waiting for an answer, which may come yet. It has no code for that. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout'

/** `idle_in_transaction_session_timeout`: it ends the session, and whoever uses it next is told. */
const IDLE_IN_TRANSACTION = '25P03'

/** Whether the server ended the session because nothing was sent for too long in a transaction. */
export const isIdleTooLong = (error: unknown): boolean => isServerError(error) && error.code === IDLE_IN_TRANSACTION

/** `query_canceled`: `statement_timeout`, or somebody called `pg_cancel_backend`. They cannot be told apart. */
const QUERY_CANCELED = '57014'

/** Whether the server gave a statement up, since it took too long or somebody wanted that. */
export const isCanceled = (error: unknown): boolean => isServerError(error) && error.code === QUERY_CANCELED

/** Classes of SQLSTATE that pass by themselves: connection, serialization and deadlock, resources, operator, system. */
const PASSING_CLASSES = new Set(['08', '40', '53', '57', '58'])

/**
 * `lock_not_available`; `read_only_sql_transaction`: the server that we reached has been demoted, another one leads; a process that
 * was suspended in a transaction finds its session ended.
 */
const PASSING_CODES = new Set(['55P03', '25006', IDLE_IN_TRANSACTION])

/** The feed of a standby: as a demoted server, it is replaced by the one that leads, or promoted itself. */
const STANDBY = 'EC003'

/** Disk full passes only when somebody makes room. */
const LASTING_CODES = new Set(['53100'])

/** The error of the contract for a definite failure: nothing was written. One that is of the contract already stays as it is. */
export function definiteFailure(error: unknown, operation: string): EventStoreError {
  if (error instanceof EventStoreError) return error
  const options = { cause: error }
  if (!isServerError(error)) {
    if (messageOf(error).includes('SSL'))
      return new StoreFailure(
        `"${operation}" could not reach PostgreSQL: ${messageOf(error)}. Check sslmode and the certificates.`,
        operation,
        options,
      )
    return new StoreUnavailable(
      `"${operation}" could not reach PostgreSQL: ${messageOf(error)}. Nothing was written; try again.`,
      operation,
      options,
    )
  }
  const { code } = error
  const what = `"${operation}" failed in PostgreSQL: ${error.message} (${code}).`
  if (code === STANDBY) return new StoreUnavailable(`${what} ${adviceOn(code)}`, operation, options)
  if (code === 'EC001' || code === 'EC005') return new StoreFailure(`${what} ${adviceOn(code)}`, operation, options)
  if ((PASSING_CLASSES.has(code.slice(0, 2)) || PASSING_CODES.has(code)) && !LASTING_CODES.has(code))
    return new StoreUnavailable(`${what} Nothing was written; try again.`, operation, options)
  return new StoreFailure(`${what} Nothing was written. ${adviceOn(code)}`, operation, options)
}

function adviceOn(code: string): string {
  switch (code) {
    case 'EC001':
      return 'Set default_transaction_isolation to "read committed" for this user or database.'
    case STANDBY:
      return 'Connect to the primary.'
    case 'EC005':
      return 'Name exactly these in "inlineProjections", in every process that appends.'
    case '42501':
      return 'The role lacks a privilege: see "Roles" in the PostgreSQL guide.'
    case '42P01':
    case '3F000':
    case '42883':
      return 'The schema is missing or not migrated: run `migratePostgres`.'
    case '28P01':
    case '28000':
      return 'Check user and password.'
    case '3D000':
      return 'Check the name of the database.'
    case '53100':
      return 'Free some space on the disk.'
    default:
      return 'Somebody must look into it before it can succeed.'
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
