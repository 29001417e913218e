import type { AnyCommand, CommandExecutor, ExecuteOptions, Outcome, RejectionsOf } from 'eventcore'
import type { Context } from 'hono'
import { announceOutcome, COMMAND_ID_HEADER } from './outcome-headers.ts'
import { placeOf, type RequestIdOptions, takePlace } from './request-commands.ts'

export interface HttpExecuteOptions extends Omit<ExecuteOptions, 'commandId' | 'signal'>, RequestIdOptions {}

/**
 * Executes a command for a request: under its `Idempotency-Key`, where it has one, and only as long as somebody waits for the answer.
 * Once the command was sent to the store, its outcome is awaited. Sets `Command-Id` and, when it is committed, `Event-Position`
 * and `Idempotency-Replayed`.
 *
 * Without the header each command has a new id. With it, the first command has the id `scope/key`. One of another name after it has
 * `scope/key//Name`, once the first is committed and has written something. Everything else must say which `part` of the request it
 * is, and has `scope/key//part`: a second command of the same name, one that runs at the same time, one after a command that was rejected.
 * A command object whose execution ended with an error may be executed again: under the id that it had.
 *
 * @throws HttpProblem (400) for what is no idempotency key, or for none with `requireKey`; InvalidOptions (`INVALID_OPTIONS`), before
 * the command is executed, where a `part` is missing or was used before; and whatever `CommandExecutor.execute` throws
 */
export async function execute<Given extends AnyCommand>(
  c: Context,
  executor: CommandExecutor,
  command: Given,
  options: HttpExecuteOptions = {},
): Promise<Outcome<RejectionsOf<Given>>> {
  const place = takePlace(c, executor, command, options)
  const { scope: _scope, part: _part, requireKey: _requireKey, ...executeOptions } = options
  c.header(COMMAND_ID_HEADER, place.id)
  const executed = executor.execute(command, { ...executeOptions, commandId: place.id, signal: c.req.raw.signal })
  const outcome = await executed.catch((error: unknown) => {
    place.failed = true
    throw error
  })
  if (outcome.status === 'committed' && outcome.events.length > 0) place.writtenTo = executor.store
  announceOutcome(c, executor.store, outcome)
  return outcome
}

/**
 * The id under which {@link execute} with the same `scope` and `part` executes its command, the first if there are several; the same
 * however often and whenever it is asked for. For those who name what a command creates after it.
 * @throws HttpProblem (400), InvalidOptions (`INVALID_OPTIONS`)
 */
export function commandIdOf(c: Context, executor: CommandExecutor, options: RequestIdOptions = {}): string {
  return placeOf(c, executor, options).id
}
