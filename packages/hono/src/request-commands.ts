import { type AnyCommand, type CommandExecutor, type EventStore, InvalidOptions } from 'eventcore'
import type { Context } from 'hono'
import { commandIdFrom } from './command-id.ts'
import { idempotencyKey, requiredIdempotencyKey } from './idempotency-key.ts'

/** Which of the ids of a request is meant. */
export interface RequestIdOptions {
  /**
   * Whose keys they are: a tenant, a user. Two who happen to choose the same key then do not meet. Default: all share theirs.
   */
  readonly scope?: string
  /**
   * Tells this command apart from others of the request, and must be the same when the request is repeated: `fee`, or the product of a
   * line. Default: the command is the only one, or the first.
   */
  readonly part?: string
  /** Answers 400 to a request without `Idempotency-Key`: for whatever must not happen twice, money say. Default false. */
  readonly requireKey?: boolean
}

/** An id of a request, and the command that has it. */
export interface CommandPlace {
  readonly id: string
  command?: AnyCommand
  /** In whose log the id stands: there, no repeat of the request can give it to another command unnoticed. */
  writtenTo?: EventStore
  /** Its command ended with an error: the same command may be tried again. */
  failed?: true
}

/** The commands that a request executes in one scope. */
interface ScopePlaces {
  readonly byPart: Map<string | undefined, CommandPlace>
  /** Those that have a command: beside the ones with a part, ids that were made for one command each. */
  readonly taken: Set<CommandPlace>
}

const requests = new WeakMap<Context, Map<string | undefined, ScopePlaces>>()

/** @throws HttpProblem (400) for a key that is none, or is missing where it is required; InvalidOptions */
export function placeOf(c: Context, executor: CommandExecutor, options: RequestIdOptions): CommandPlace {
  assertIdOptions(options)
  const { scope, part, requireKey = false } = options
  const key = requireKey ? requiredIdempotencyKey(c) : idempotencyKey(c)
  const { byPart } = placesOf(c, scope)
  const known = byPart.get(part)
  if (known !== undefined) return known
  const place: CommandPlace = { id: key === undefined ? executor.store.newId() : commandIdFrom(key, scope, part) }
  byPart.set(part, place)
  return place
}

/**
 * The place that a command has in its request. Which one must not depend on what else was executed, or a repeat could do something twice
 * under another id. So only the first command may go without a part, and those of other names after it, once its own id stands in the
 * log: a repeat in which one of them came first would then be refused by the store (`COMMAND_ID_REUSED`).
 * @throws InvalidOptions where there is a key, or a part, and its id was given to a command before
 */
export function takePlace(
  c: Context,
  executor: CommandExecutor,
  command: AnyCommand,
  options: RequestIdOptions,
): CommandPlace {
  const place = placeOf(c, executor, options)
  const { scope, part } = options
  const { taken } = placesOf(c, scope)
  const take = (free: CommandPlace): CommandPlace => {
    delete free.failed
    free.command = command
    taken.add(free)
    return free
  }
  for (const tried of taken)
    if (tried.failed && tried.command === command && (part === undefined || tried === place)) return take(tried)
  if (place.command === undefined) return take(place)
  if (part !== undefined) throw partTaken(part, place.command, command)
  const keyed = idempotencyKey(c) !== undefined
  if ((!keyed || place.writtenTo === executor.store) && place.command.commandName !== command.commandName) {
    const further = placeOf(c, executor, { ...options, part: command.commandName })
    if (further.command === undefined) return take(further)
  }
  if (keyed) throw partNeeded(place, command)
  return take({ id: executor.store.newId() })
}

/** The ids under which the request has written something, as far as is known. */
export function writtenIn(c: Context): readonly string[] {
  const places = Array.from(requests.get(c)?.values() ?? [], ({ taken }) => [...taken]).flat()
  return places.filter(({ writtenTo }) => writtenTo !== undefined).map(({ id }) => id)
}

function placesOf(c: Context, scope: string | undefined): ScopePlaces {
  const scopes = requests.get(c) ?? new Map<string | undefined, ScopePlaces>()
  requests.set(c, scopes)
  const places = scopes.get(scope) ?? { byPart: new Map(), taken: new Set() }
  scopes.set(scope, places)
  return places
}

/** For callers without types: a scope that is none would have all share their keys. */
function assertIdOptions(options: RequestIdOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptions('options', options, 'an object, such as { scope },')
  const { scope, part, requireKey } = options
  if (scope !== undefined && typeof scope !== 'string') throw new InvalidOptions('scope', scope, 'a text')
  if (part !== undefined && (typeof part !== 'string' || part === ''))
    throw new InvalidOptions('part', part, 'a text that is not empty')
  if (requireKey !== undefined && typeof requireKey !== 'boolean')
    throw new InvalidOptions('requireKey', requireKey, 'true or false')
}

const partTaken = (part: string, { commandName: first }: AnyCommand, { commandName }: AnyCommand): InvalidOptions =>
  new InvalidOptions(
    'part',
    part,
    'another part for each command of a request',
    `${commandName} was not executed: part ${JSON.stringify(part)} of this request is ${first} already. Give each command of a request ` +
      'a part of its own.',
  )

const partNeeded = ({ id, command }: CommandPlace, { commandName }: AnyCommand): InvalidOptions =>
  new InvalidOptions(
    'part',
    undefined,
    'a part for each further command of a request',
    `${commandName} was not executed: ${command?.commandName} has the id of this request already (${id}), and nothing says which command ` +
      "is which when the request is repeated. Say it: execute(c, executor, command, { part: 'second' }).",
  )
