import { defineProjection, type PostgresEventStore } from '@eventcore/postgres'
import { ProjectionRunner } from 'eventcore'
import { Pool } from 'pg'
import { Account } from '../streams/account.ts'
import { lineOf, type StatementLine } from './statement-line.ts'
import {
  createTable,
  dropTable,
  insertLine,
  lineParameters,
  SELECT_TOTALS,
  selectLines,
  showTable,
} from './statement-sql.ts'
import { NAME, RUNNER, type Statements } from './statements.ts'

const parameter = (number: number): string => `$${number}`

const accountStatement = (version: number) => {
  const insert = insertLine(version, parameter)
  return defineProjection({
    name: NAME,
    version,
    streams: [Account],
    setUp: (tx) => tx.run(createTable(version)),
    reset: (tx) => tx.run(dropTable(version)),
    activate: (tx) => {
      for (const statement of showTable(version)) tx.run(statement)
    },
    handlers: {
      account: {
        otherwise: (event, tx) => {
          const line = lineOf(event)
          if (line !== undefined) tx.run(insert, lineParameters(line))
        },
      },
    },
  })
}

/** The driver gives 64-bit numbers as text. */
type Row<T> = { readonly [Name in keyof T]: string }

/** In the database of the events, as on SQLite. What is shown is read on connections of its own. */
export function postgresStatements(store: PostgresEventStore, url: string): Statements {
  const pool = new Pool({ connectionString: url, max: 2 })
  // A connection that breaks while it is idle: the next query gets another one.
  pool.on('error', () => {})
  return {
    shown: () => store.projections.activeVersion(NAME),
    runner: (version) => new ProjectionRunner(store, accountStatement(version), RUNNER),
    lines: async (account, limit) => {
      const { rows } = await pool.query<Row<StatementLine>>(selectLines(parameter), [account, limit])
      return rows.toReversed().map(({ entry, bookedOn, text, amount, balance }) => ({
        ...{ entry: Number(entry), bookedOn, text },
        ...{ amount: Number(amount), balance: Number(balance) },
      }))
    },
    totals: async () => {
      const { rows } = await pool.query<Row<{ account: string; entries: number; balance: number }>>(SELECT_TOTALS)
      return new Map(
        rows.map(({ account, entries, balance }) => [account, { entries: Number(entries), balance: Number(balance) }]),
      )
    },
    events: () => store.projections.countEvents(undefined),
    close: () => pool.end(),
  }
}
