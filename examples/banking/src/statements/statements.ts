import type { ProjectionRunner } from 'eventcore'
import type { StatementLine } from './statement-line.ts'

/** Of the projection, in every store. */
export const NAME = 'account-statement'

/** A program that was killed holds up its successor for this long, in milliseconds. */
export const RUNNER = { leaseMs: 2_000 }

/** The runner of one version, whatever its store writes with. */
export type StatementRunner = Pick<
  ProjectionRunner<unknown>,
  'start' | 'stop' | 'status' | 'waitFor' | 'activate' | 'drop'
>

/** What the statement of one account comes to. */
export interface AccountTotals {
  readonly entries: number
  /** On its last line, in minor units. */
  readonly balance: number
}

/**
 * The account statements: a read model, kept by a projection behind the log. Each version has a table of its own, and readers
 * see the one that was activated last.
 */
export interface Statements {
  /** Which version readers see; `undefined` before there is one. */
  shown(): Promise<number | undefined>
  runner(version: number): StatementRunner
  /** The last lines of an account, oldest first. */
  lines(account: string, limit: number): Promise<readonly StatementLine[]>
  totals(): Promise<ReadonlyMap<string, AccountTotals>>
  /** How many events the log has. */
  events(): Promise<number>
  close(): Promise<void>
}
