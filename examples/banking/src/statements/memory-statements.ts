import { defineProjection, type MemoryEventStore, type MemoryTransaction } from '@eventcore/memory'
import { ProjectionRunner } from 'eventcore'
import { Account } from '../streams/account.ts'
import { lineOf, type StatementLine } from './statement-line.ts'
import { type AccountTotals, NAME, RUNNER, type Statements } from './statements.ts'

/** Of each account, so that a new line does not copy a long list. */
const KEPT_LINES = 50

interface AccountSheet extends AccountTotals {
  readonly lines: readonly StatementLine[]
}

const tableOf = (version: number): string => `${NAME}-${version}`

const accountStatement = (version: number) =>
  defineProjection({
    name: NAME,
    version,
    streams: [Account],
    reset: (tx: MemoryTransaction) => tx.table(tableOf(version)).clear(),
    handlers: {
      account: {
        otherwise: (event, tx) => {
          const line = lineOf(event)
          if (line === undefined) return
          const { account, ...rest } = line
          const sheets = tx.table<AccountSheet>(tableOf(version))
          const { entries, balance: before, lines } = sheets.get(account) ?? { entries: 0, balance: 0, lines: [] }
          const balance = before + line.amount
          const kept = [...lines, { ...rest, balance }].slice(-KEPT_LINES)
          sheets.set(account, { entries: entries + 1, balance, lines: kept })
        },
      },
    },
  })

/** In the memory of the program, with the last lines of each account. */
export function memoryStatements(store: MemoryEventStore): Statements {
  const shown = (): Promise<number | undefined> => store.projections.activeVersion(NAME)
  const sheets = async () => store.readModel<AccountSheet>(tableOf((await shown()) ?? 1))
  return {
    shown,
    runner: (version) => new ProjectionRunner(store, accountStatement(version), RUNNER),
    lines: async (account, limit) => (await sheets()).get(account)?.lines.slice(-limit) ?? [],
    totals: async () => new Map((await sheets()).entries()),
    events: () => store.projections.countEvents(undefined),
    close: async () => {},
  }
}
