import { SqliteEventStore, type SqliteTransaction } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

export interface OpenedStore {
  readonly store: SqliteEventStore
  /** Runs a body as a handler's, in a transaction of the store. Answers what it returns. */
  inTransaction<T>(body: (tx: SqliteTransaction) => T): Promise<T>
}

/** In a new file, with a table `t` of the columns `a` and `b`. */
export async function withStore<T>(use: (opened: OpenedStore) => Promise<T>): Promise<T> {
  const directory = await temporaryDirectory()
  const store = await SqliteEventStore.open(directory.file('store.db'))
  const inTransaction = async <Answer>(body: (tx: SqliteTransaction) => Answer): Promise<Answer> => {
    const answers: Answer[] = []
    await store.projections.setUp('test', (tx) => void answers.push(body(tx)))
    return answers[0] as Answer
  }
  try {
    await inTransaction((tx) => tx.exec('CREATE TABLE t (a, b)'))
    return await use({ store, inTransaction })
  } finally {
    await store.close()
    await directory.remove()
  }
}
