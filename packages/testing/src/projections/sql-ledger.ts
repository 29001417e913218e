import { type DefineProjection, defineStream, type Projection, unchecked } from 'eventcore'
import type { LedgerEvent, LedgerOptions, LedgerRow } from './open-projections.ts'

/** More than any balance of a ledger may be. A table refuses it, after the handler has asked for it. */
export const BALANCE_LIMIT = 1_000_000_000

/** What the ledger listens to. */
export const LedgerAccount = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

/** What a ledger in SQL needs of a store. */
export interface SqlLedgerStore<Tx, Result> {
  readonly defineProjection: DefineProjection<Tx, Result>
  /** Runs one statement, with its parameters in order. */
  readonly run: (tx: Tx, sql: string, parameters: readonly (string | number)[]) => Result
  /** How the parameter with this number, from 1, is written. */
  readonly parameter: (number: number) => string
  /** All rows of a query without parameters. */
  readonly query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** A query that answers a row if there is a table of this name. */
  readonly findTable: (table: string) => string
}

const tableOf = (name: string, version: number): string => `${name}_v${version}`

/** The ledger of the projection suite as a table with a row per stream, in any SQL that has `on conflict`. */
export function sqlLedger<Tx, Result>({
  defineProjection,
  run,
  parameter,
}: Omit<SqlLedgerStore<Tx, Result>, 'query' | 'findTable'>): (options: LedgerOptions) => Projection<Tx> {
  return ({ name = 'ledger', version = 1, before, after, batch = false, ...options }) => {
    const table = tableOf(name, version)
    const upsert = `insert into ${table} as l (stream, balance, events, version)
      values (${parameter(1)}, ${parameter(2)}, 1, ${parameter(3)})
      on conflict (stream) do update
      set balance = l.balance + excluded.balance, events = l.events + 1, version = excluded.version`
    const basics = {
      name,
      version,
      streams: [LedgerAccount],
      setUp: (tx: Tx) =>
        run(
          tx,
          `create table if not exists ${table} (stream text primary key,
             balance bigint check (balance <= ${BALANCE_LIMIT}), events bigint, version bigint)`,
          [],
        ),
      reset: (tx: Tx) => run(tx, `drop table if exists ${table}`, []),
      ...options,
    } as const
    const apply = (event: LedgerEvent, tx: Tx): Result => {
      before?.(event)
      const result = run(tx, upsert, [event.stream, event.data.amount, event.version])
      after?.(event)
      return result
    }
    if (!batch) return defineProjection({ ...basics, handlers: { account: { Deposited: apply } } })
    return defineProjection({
      ...basics,
      // A batch has at least one event.
      batch: (events, tx) => events.map((event) => apply(event, tx)).at(-1) as Result,
    })
  }
}

/** What a ledger of {@link sqlLedger} has written; empty when it has not begun. */
export async function sqlLedgerRows<Tx, Result>(
  { query, findTable }: Pick<SqlLedgerStore<Tx, Result>, 'query' | 'findTable'>,
  name: string,
  version: number,
): Promise<ReadonlyMap<string, LedgerRow>> {
  const table = tableOf(name, version)
  if ((await query(findTable(table))).length === 0) return new Map()
  const rows = await query(`select * from ${table}`)
  return new Map(
    rows.map(({ stream, balance, events, version: last }) => [
      String(stream),
      { balance: Number(balance), events: Number(events), version: Number(last) },
    ]),
  )
}
