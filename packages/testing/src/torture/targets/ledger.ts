import { defineProjectionFor, type ProjectingStore, type Projection, ProjectionRunner } from 'eventcore'
import type { ProjectionModel } from '../../checker/check-projections.ts'
import { stateChecksum } from '../../checker/check-projections.ts'
import type { ProjectionObservation } from '../../checker/history.ts'
import { Work } from '../../workload/executor-walk.ts'
import { parseWorked } from '../../workload/worked-event.ts'
import { untilItWorks } from '../workers/until-it-works.ts'

/** A read model in the store itself: the sum and the number of the events of each stream. Each event counts once, or it shows. */
export interface Ledger {
  /** One of those who may keep it. `owner` names the process. */
  runner(owner: string): LedgerRunner
  /** The read model at one moment, and how often another process had taken over. */
  read(): Promise<LedgerState>
}

export interface LedgerRunner {
  start(): void
  stop(): Promise<void>
  /** Resolves when the read model contains everything that is in the feed now, whoever keeps it. */
  reachHead(timeoutMs: number): Promise<void>
}

export interface LedgerState {
  readonly observation: ProjectionObservation
  readonly takeOvers: number
}

/** What is needed of the transactions of `@eventcore/sqlite`. */
export interface SqliteTx {
  run(sql: string, ...parameters: (string | number)[]): number
  all<Row>(sql: string, ...parameters: (string | number)[]): readonly Row[]
  exec(sql: string): void
}

/** What is needed of a client of `pg`. */
export interface PostgresTx {
  query(sql: string, parameters?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

const NAME = 'torture-ledger'
/** Short, so that others take over within a run. */
const LEASE_MS = 400
const BATCH_SIZE = 50

interface Entry {
  readonly stream: string
  amount: number
  events: number
}

interface Row extends Readonly<Entry> {
  readonly up_to: string | null
  readonly take_overs: number
}

const CREATE = (prefix: string): string => `
  create table if not exists ${prefix}torture_ledger (stream text primary key, amount bigint not null, events bigint not null);
  create table if not exists ${prefix}torture_mark (
    one integer primary key, up_to text not null, owner text not null, take_overs bigint not null)`
const READ = (prefix: string): string => `
  select l.stream, l.amount, l.events, m.up_to, m.take_overs
  from ${prefix}torture_mark m left join ${prefix}torture_ledger l on true`
const ADD = (from: string): string => `
  on conflict (stream) do update set amount = ${from}amount + excluded.amount, events = ${from}events + excluded.events`
const MARK = (from: string): string => `
  on conflict (one) do update set up_to = excluded.up_to, owner = excluded.owner,
    take_overs = ${from}take_overs + case when ${from}owner = excluded.owner then 0 else 1 end`

export function sqliteLedger(store: ProjectingStore<SqliteTx>): Ledger {
  return ledgerOf(store, {
    setUp: (tx) => tx.exec(CREATE('')),
    keep: (tx, entries, upTo, owner) => {
      for (const { stream, amount, events } of entries)
        tx.run(`insert into torture_ledger values (?, ?, ?) ${ADD('')}`, stream, amount, events)
      tx.run(`insert into torture_mark values (1, ?, ?, 0) ${MARK('')}`, upTo, owner)
    },
    read: (tx) => tx.all<Row>(READ('')),
  })
}

export function postgresLedger(store: ProjectingStore<PostgresTx>, schema: string): Ledger {
  const prefix = `"${schema}".`
  return ledgerOf(store, {
    setUp: (tx) => tx.query(CREATE(prefix)),
    keep: async (tx, entries, upTo, owner) => {
      await tx.query(
        `insert into ${prefix}torture_ledger as l select * from unnest($1::text[], $2::bigint[], $3::bigint[]) ${ADD('l.')}`,
        [entries.map(({ stream }) => stream), entries.map(({ amount }) => amount), entries.map(({ events }) => events)],
      )
      await tx.query(`insert into ${prefix}torture_mark as m values (1, $1, $2, 0) ${MARK('m.')}`, [upTo, owner])
    },
    // Selected as above: the driver does not know.
    read: async (tx) => (await tx.query(READ(prefix))).rows as readonly Row[],
  })
}

interface Tables<Tx> {
  readonly setUp: (tx: Tx) => unknown
  readonly keep: (tx: Tx, entries: readonly Entry[], upTo: string, owner: string) => unknown
  readonly read: (tx: Tx) => readonly Row[] | Promise<readonly Row[]>
}

function ledgerOf<Tx>(store: ProjectingStore<Tx>, tables: Tables<Tx>): Ledger {
  const projection = (owner: string): Projection<Tx> =>
    defineProjectionFor<Tx, unknown>()({
      name: NAME,
      version: 1,
      streams: [Work],
      setUp: tables.setUp,
      batch: (events, tx) => {
        const entries = new Map<string, Entry>()
        let upTo = ''
        for (const { id, stream, data } of events) {
          const entry = entries.get(stream) ?? { stream, amount: 0, events: 0 }
          entry.amount += data.amount
          entry.events++
          entries.set(stream, entry)
          upTo = id
        }
        return tables.keep(tx, [...entries.values()], upTo, owner)
      },
    })
  return {
    runner: (owner) => {
      const runner = new ProjectionRunner(store, projection(owner), { leaseMs: LEASE_MS, batchSize: BATCH_SIZE })
      return {
        start: () => runner.start(),
        stop: () => runner.stop(),
        reachHead: async (timeoutMs) => {
          const head = await untilItWorks(() => store.projections.headPosition())
          if (head !== undefined) await runner.waitFor(head, { timeoutMs })
        },
      }
    },
    read: async () => {
      let rows: readonly Row[] = []
      // Where projections write one may also read: in one statement, which sees one moment.
      await store.projections.commit({
        projection: `${NAME}-reader`,
        exclusive: true,
        streams: [],
        apply: (tx) => {
          const created = tables.setUp(tx)
          const read = () => tables.read(tx)
          const found = created instanceof Promise ? created.then(read) : read()
          if (!(found instanceof Promise)) {
            rows = found
            return []
          }
          return found.then((all) => {
            rows = all
            return []
          })
        },
      })
      return stateOf(rows)
    },
  }
}

function stateOf(rows: readonly Row[]): LedgerState {
  const state = Object.fromEntries(
    rows
      .filter(({ stream }) => stream !== null)
      .map(({ stream, amount, events }) => [stream, [Number(amount), Number(events)]]),
  )
  const [first] = rows
  const observation = { name: NAME, upTo: first?.up_to ?? null, checksum: stateChecksum(state) }
  return { observation, takeOvers: Number(first?.take_overs ?? 0) }
}

/** The read model once more, as plainly as possible. */
export const ledgerModels: Readonly<Record<string, ProjectionModel>> = {
  [NAME]: () => {
    const state: Record<string, readonly [number, number]> = {}
    return {
      apply: (event) => {
        const [amount, events] = state[event.stream] ?? [0, 0]
        state[event.stream] = [amount + parseWorked(event).amount, events + 1]
      },
      checksum: () => stateChecksum(state),
    }
  },
}
