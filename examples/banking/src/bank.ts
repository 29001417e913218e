import type { EventStore } from 'eventcore'
import { messageOf, ProgramError } from './program-error.ts'
import type { Statements } from './statements/statements.ts'
import type { StoreLocation } from './store-url.ts'

/** What is kept of the bank: events, and what is read of them. */
export interface Bank {
  readonly store: EventStore
  readonly statements: Statements
  close(): Promise<void>
}

/**
 * Opens the store. Only the one that is asked for is loaded.
 * @throws EventCoreError when the store cannot be opened, ProgramError (`STORE_MISSING`) when its package is not installed
 */
export async function openBank(location: StoreLocation): Promise<Bank> {
  switch (location.kind) {
    case 'memory': {
      const { MemoryEventStore } = await import('@eventcore/memory')
      const { memoryStatements } = await import('./statements/memory-statements.ts')
      const store = new MemoryEventStore()
      return bankOf(store, memoryStatements(store))
    }
    case 'sqlite': {
      const { SqliteEventStore } = await import('@eventcore/sqlite')
      const { sqliteStatements } = await import('./statements/sqlite-statements.ts')
      const store = await SqliteEventStore.open(location.path)
      return bankOf(store, sqliteStatements(store))
    }
    case 'postgres': {
      const { PostgresEventStore } = await import('@eventcore/postgres').catch(notInstalled)
      const { postgresStatements } = await import('./statements/postgres-statements.ts').catch(notInstalled)
      const store = await PostgresEventStore.open(location.url)
      return bankOf(store, postgresStatements(store, location.url))
    }
  }
}

const bankOf = (store: EventStore, statements: Statements): Bank => ({
  store,
  statements,
  close: async () => {
    await statements.close()
    await store.close()
  },
})

function notInstalled(cause: unknown): never {
  throw new ProgramError(
    'STORE_MISSING',
    `A postgres:// store needs the packages @eventcore/postgres and pg, and they cannot be loaded: ${messageOf(cause)}.`,
    { cause },
  )
}
