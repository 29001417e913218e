import { DatabaseSync } from 'node:sqlite'
import { compileStreamPattern, StoreFailure } from 'eventcore'
import { JOURNAL_SIZE_LIMIT } from './wal-checkpoints.ts'

/**
 * Page cache of each of the two connections in KiB. Larger is slower: SQLite goes through the whole table of the cache at each
 * COMMIT of the writer, and empties the reader's whenever something was written. CPU per commit with 100,000 streams: 13.1 µs
 * with 4 MiB, 14.3 with 8, 15.9 with 16, 21.1 with 64. The operating system caches the file anyway.
 */
const CACHE_KIB = 4_096

/**
 * The one connection that writes. `busy_timeout` is 0: SQLite would wait inside the call and stop the event loop.
 * Foreign keys are off because none is declared: one writer, one append path, and a look-up per event saved.
 */
export function connectWriter(path: string, durability: 'full' | 'normal'): DatabaseSync {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    db.exec('PRAGMA busy_timeout = 0')
    const mode = db.prepare('PRAGMA journal_mode = WAL').get()
    if (mode?.journal_mode !== 'wal') throw noWal(path, String(mode?.journal_mode))
    db.exec(`PRAGMA synchronous = ${durability === 'normal' ? 'NORMAL' : 'FULL'}`)
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    // See wal-checkpoints.ts.
    db.exec('PRAGMA wal_autocheckpoint = 0')
    db.exec(`PRAGMA journal_size_limit = ${JOURNAL_SIZE_LIMIT}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** The connection that reads: short transactions, one page each, none open across an `await`. */
export function connectReader(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 0')
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    let pattern = '*'
    let compiled = compileStreamPattern(pattern)
    // One reader, one query at a time: the last pattern is the only one worth remembering.
    db.function('eventcore_matches', { deterministic: true }, (name, wanted) => {
      if (wanted !== pattern) {
        compiled = compileStreamPattern(String(wanted))
        pattern = String(wanted)
      }
      return compiled.test(String(name)) ? 1 : 0
    })
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function noWal(path: string, mode: string): StoreFailure {
  return new StoreFailure(
    `${path} cannot be switched to write-ahead logging (journal mode "${mode}"). It needs a file system with shared ` +
      'memory and locks: a local disk, no network share. Nothing was written.',
    'open',
  )
}
