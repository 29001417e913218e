import type { DatabaseSync } from 'node:sqlite'

/** Ends a transaction that failed. After a serious error SQLite has done it already, and then there is none to end. */
export function rollback(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK')
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
  }
}
