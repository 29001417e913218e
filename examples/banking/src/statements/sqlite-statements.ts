import { defineProjection, type SqliteEventStore } from '@eventcore/sqlite'
import { ProjectionRunner } from 'eventcore'
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
import { type AccountTotals, NAME, RUNNER, type Statements } from './statements.ts'

const parameter = (): string => '?'

const accountStatement = (version: number) => {
  const insert = insertLine(version, parameter)
  return defineProjection({
    name: NAME,
    version,
    streams: [Account],
    setUp: (tx) => tx.exec(createTable(version)),
    reset: (tx) => tx.exec(dropTable(version)),
    activate: (tx) => tx.exec(showTable(version).join(';')),
    handlers: {
      account: {
        otherwise: (event, tx) => {
          const line = lineOf(event)
          if (line !== undefined) tx.run(insert, ...lineParameters(line))
        },
      },
    },
  })
}

/** In the file of the events: a line is written in the transaction in which the projection moves on, so exactly once. */
export const sqliteStatements = (store: SqliteEventStore): Statements => ({
  shown: () => store.projections.activeVersion(NAME),
  runner: (version) => new ProjectionRunner(store, accountStatement(version), RUNNER),
  lines: async (account, limit) =>
    (await store.projections.query<StatementLine>(selectLines(parameter), account, limit)).toReversed(),
  totals: async () => {
    const rows = await store.projections.query<AccountTotals & { readonly account: string }>(SELECT_TOTALS)
    return new Map(rows.map(({ account, entries, balance }) => [account, { entries, balance }]))
  },
  events: () => store.projections.countEvents(undefined),
  close: async () => {},
})
