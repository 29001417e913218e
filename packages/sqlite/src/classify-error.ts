import { EventCoreError, type EventStoreError, StoreFailure, StoreUnavailable } from 'eventcore'

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
export const SQLITE = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  RANGE: 25,
  NOTADB: 26,
} as const

/** The primary result code of an error that SQLite raised; `undefined` for any other error. */
export function resultCode(error: unknown): number | undefined {
  // Node gives the extended code, whose low byte is the primary one.
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff
  return undefined
}

/** Whether a connection that only reads was told to write. The extended codes of READONLY are about the file instead. */
export const isWriteRefused = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE.READONLY

/** Whether another connection was in the way: nothing was done, and the same may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  // PROTOCOL: the race for a slot of the WAL index was lost several times in a row.
  return code === SQLITE.BUSY || code === SQLITE.LOCKED || code === SQLITE.PROTOCOL
}

/**
 * The error of the contract for a definite failure: nothing was written. An error that is typed already stays as it is.
 * A COMMIT that failed needs more thought, see `failed-commit.ts`.
 */
export function classifyError(error: unknown, operation: string, path: string): EventCoreError {
  if (error instanceof EventCoreError) return error
  return storeError(error, operation, path)
}

function storeError(error: unknown, operation: string, path: string): EventStoreError {
  const options = { cause: error }
  const failure = (reason: string): EventStoreError =>
    new StoreFailure(`"${operation}" failed on ${path}: ${reason} Nothing was written.`, operation, options)
  switch (resultCode(error)) {
    case SQLITE.BUSY:
    case SQLITE.LOCKED:
    case SQLITE.PROTOCOL:
      return new StoreUnavailable(
        `"${operation}" found ${path} locked by another connection. Nothing was written; try again later.`,
        operation,
        options,
      )
    case SQLITE.FULL:
      return failure('the disk is full (or the limit of max_page_count is reached). Free space, then try again.')
    case SQLITE.READONLY:
    case SQLITE.PERM:
      return failure(
        'it cannot be written to. The process needs write permission on the file and on its directory, where SQLite keeps the -wal and -shm files.',
      )
    case SQLITE.CANTOPEN:
      return failure(
        'it cannot be opened. Check that the path names a file in an existing directory, and that the process may read and write both.',
      )
    case SQLITE.NOTADB:
      return failure('it is not a SQLite database, or it is encrypted. Check the path; it was left as it is.')
    case SQLITE.CORRUPT:
      return failure(
        'the file is corrupt. Stop writing, keep a copy, and restore a backup (or try `.recover` of the sqlite3 shell).',
      )
    case SQLITE.IOERR:
      return failure(`the disk reported an error (${messageOf(error)}). Check the disk and the file system.`)
    default:
      return failure(`${messageOf(error)}.`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
