import { pathToFileURL } from 'node:url'
import type { EventStore, ProjectingStore } from 'eventcore'
import { type Ledger, type PostgresTx, postgresLedger, type SqliteTx, sqliteLedger } from './ledger.ts'
import { loadPackage } from './load-package.ts'

/** Where a store is, in words that can be handed to another process. */
export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly path: string; readonly cachedStreams?: number }
  | {
      readonly kind: 'postgres'
      readonly url: string
      readonly schema: string
      readonly maxConnections?: number
      /** With the store's own time-outs, not with short ones. Default `false`. */
      readonly patient?: boolean
    }
  | StoreModule
  /** Cannot be handed on: all work on it is done in this process. */
  | { readonly kind: 'object'; readonly store: EventStore }

/**
 * A store of your own: the module exports a function that opens it, in every process that works on it.
 */
export interface StoreModule {
  readonly kind: 'module'
  /** URL or path of the module. */
  readonly module: string
  /** Name of the exported function. Default `openStore`. */
  readonly export?: string | undefined
  /** Names the data of this round: a database, a directory. It begins empty. */
  readonly data: string
}

/** What a {@link StoreModule} exports. */
export type OpenTorturedStore = (options: OpenTorturedOptions) => Promise<EventStore>

export interface OpenTorturedOptions {
  /** Which data to open: the same for all processes of one round, another one for each round, empty at its beginning. */
  readonly data: string
  /** Milliseconds since the epoch; moves when the clock is tortured. For leases that go by the clock of clients. */
  readonly now: () => number
}

/** A store, and the read model that is kept beside it, where the store can. */
export interface OpenedLocation {
  readonly store: EventStore
  readonly ledger: Ledger | undefined
}

export async function openLocation(location: StoreLocation, now: () => number): Promise<OpenedLocation> {
  switch (location.kind) {
    case 'sqlite': {
      const { SqliteEventStore } = await loadPackage<SqlitePackage>('@eventcore/sqlite')
      const { path, cachedStreams = 20_000 } = location
      const store = await SqliteEventStore.open(path, { now, cachedStreams })
      return { store, ledger: sqliteLedger(store) }
    }
    case 'postgres': {
      const { url, schema, maxConnections = 6, patient = false } = location
      const { PostgresEventStore } = await loadPackage<PostgresPackage>('@eventcore/postgres')
      const store = await PostgresEventStore.open({
        url,
        schema,
        maxConnections,
        applicationName: TORTURED,
        ...(patient ? {} : IMPATIENT),
      })
      return { store, ledger: postgresLedger(store, schema) }
    }
    case 'object':
      return { store: location.store, ledger: undefined }
    case 'module': {
      const { module, export: name = 'openStore', data } = location
      const url = module.includes('://') ? module : pathToFileURL(module).href
      const exported: Readonly<Record<string, unknown>> = await import(url)
      const open = exported[name]
      if (typeof open !== 'function') throw new TypeError(`${module} exports no function "${name}" that opens a store.`)
      // Checked just now, as far as it can be.
      const store = await (open as OpenTorturedStore)({ data, now })
      return { store, ledger: undefined }
    }
  }
}

/** So that a connection that nothing comes through is given up within the run. */
const IMPATIENT = { connectTimeoutMs: 2_000, statementTimeoutMs: 4_000, answerGraceMs: 1_000, pollIntervalMs: 200 }

/** How the sessions of tortured stores show up in `pg_stat_activity`. */
export const TORTURED = 'eventcore-torture'

// What is needed of the packages, which need not be installed for anything else in this one.
interface SqlitePackage {
  readonly SqliteEventStore: {
    open(
      path: string,
      options: { readonly now: () => number; readonly cachedStreams: number },
    ): Promise<ProjectingStore<SqliteTx>>
  }
}
interface PostgresPackage {
  readonly PostgresEventStore: {
    open(options: Readonly<Record<string, string | number>>): Promise<ProjectingStore<PostgresTx>>
  }
}
