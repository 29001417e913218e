import type { AnyRejection, Command, CommandExecutor, ExecuteOptions, Outcome } from 'eventcore'
import type { Context } from 'hono'
import { idempotencyKey } from './idempotency-key.ts'

export interface HttpExecuteOptions extends Omit<ExecuteOptions, 'commandId' | 'signal'> {
  /**
   * Whose keys they are: a tenant, a user. Two who happen to choose the same key then do not meet. Default: all share theirs.
   */
  readonly scope?: string
}

/** Where the events of a command stand: hand it back as `?after=` to read what you wrote. */
export const POSITION_HEADER = 'Event-Position'
/** The id under which the command was executed: the one to try again under. */
export const COMMAND_ID_HEADER = 'Command-Id'
/** `true`: this is the answer to an earlier request, and nothing was written now. */
export const REPLAYED_HEADER = 'Idempotency-Replayed'

/**
 * Executes a command for a request: under its `Idempotency-Key`, where it has one, and only as long as somebody waits for the answer.
 * Once the command was sent to the store, its outcome is awaited. Sets `Command-Id` and, when it is committed, `Event-Position`
 * and `Idempotency-Replayed`.
 * @throws HttpProblem (400) for what is no idempotency key, and whatever `CommandExecutor.execute` throws
 */
export async function execute<Name extends string, Rejections extends AnyRejection>(
  c: Context,
  executor: CommandExecutor,
  command: Command<Name, Rejections>,
  { scope, ...options }: HttpExecuteOptions = {},
): Promise<Outcome<Rejections>> {
  const commandId = commandIdOf(c, executor, scope)
  c.header(COMMAND_ID_HEADER, commandId)
  const outcome = await executor.execute(command, { ...options, commandId, signal: c.req.raw.signal })
  announce(c, outcome)
  return outcome
}

/**
 * The command id of a request: its idempotency key, or a new one; the same however often it is asked for. For those who name
 * what they create after the command that creates it.
 */
export function commandIdOf(c: Context, executor: CommandExecutor, scope?: string): string {
  const known = ids.get(c)
  if (known !== undefined) return known
  const key = idempotencyKey(c)
  const id = key === undefined ? executor.store.newId() : scope === undefined ? key : `${scope}/${key}`
  ids.set(c, id)
  return id
}

const ids = new WeakMap<Context, string>()

function announce(c: Context, outcome: Outcome<AnyRejection>): void {
  if (outcome.status !== 'committed') return
  if (outcome.position !== undefined) c.header(POSITION_HEADER, outcome.position)
  if (outcome.alreadyCommitted) c.header(REPLAYED_HEADER, 'true')
}
