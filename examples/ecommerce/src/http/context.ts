import { commandIdOf, execute } from '@eventcore/hono'
import type { AnyRejection, Command, CommandExecutor, Outcome } from 'eventcore'
import type { Context } from 'hono'
import type { ReadModels } from '../store/read-models.ts'
import type { Runner, ShopStore } from '../store/shop-store.ts'
import type { OperationsLog } from './operations-log.ts'

/** What the routes work with. */
export interface ShopContext {
  readonly shop: ShopStore
  readonly executor: CommandExecutor
  readonly readModels: ReadModels
  /** The read models, and the processes beside them. */
  readonly runners: readonly Runner[]
  readonly operations: OperationsLog
  /** Seconds after which an order that is not paid is cancelled. */
  readonly payWithin: number
  /** Aborted when the server is about to stop: ends streams that would never end. */
  readonly stopping: AbortSignal
  /** Is told of errors that clients are told nothing about. */
  readonly log: (error: unknown) => void
}

/** Executes a command of a request, and lets the operations view see it. */
export function run<Name extends string, Rejections extends AnyRejection>(
  c: Context,
  { executor, operations }: ShopContext,
  command: Command<Name, Rejections>,
): Promise<Outcome<Rejections>> {
  const commandId = commandIdOf(c, executor)
  return operations.watch(command.commandName, commandId, execute(c, executor, command))
}
