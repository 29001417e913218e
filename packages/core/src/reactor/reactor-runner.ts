import { InvalidDefinition } from '../errors/definition-errors.ts'
import { InvalidOptions } from '../errors/invalid-options.ts'
import type { CommandExecutor } from '../executor/command-executor.ts'
import { hashInput } from '../payload/hash-input.ts'
import type { Projection } from '../projection/define-projection.ts'
import type { StreamHandlers, UntypedHandler } from '../projection/projection-kind.ts'
import { ProjectionRunner } from '../projection/projection-runner.ts'
import type { ProjectingStore } from '../projection/projection-target.ts'
import type { RunnerOptions } from '../projection/runner-options.ts'
import type { CausingEvent, Reactor, ReactorContext } from './define-reactor.ts'
import { Effect, endOf } from './effect.ts'

/** How long a command id may be. */
const ID_LIMIT = 255

export interface ReactorRunnerOptions extends RunnerOptions {
  /** Executes what handlers ask for. Without it `execute` throws. */
  readonly executor?: CommandExecutor
}

/**
 * Runs a reactor as a `ProjectionRunner` runs a projection: one owner at a time, take-over, retries, dead letters, status. The
 * checkpoint moves after the handlers.
 */
export class ReactorRunner extends ProjectionRunner<unknown> {
  /**
   * @param store whatever its transactions are: handlers see none
   * @throws InvalidOptions (`INVALID_OPTIONS`)
   */
  constructor(store: ProjectingStore<unknown>, reactor: Reactor, { executor, ...options }: ReactorRunnerOptions = {}) {
    super(store, withContext(reactor, executor), options)
  }
}

/** The reactor as a projection whose handlers need nothing but the event. */
function withContext({ name, projection }: Reactor, executor: CommandExecutor | undefined): Projection<unknown> {
  const { kind } = projection
  const wrap =
    (handler: UntypedHandler<ReactorContext>): UntypedHandler<unknown> =>
    async (event) => {
      const effects: Effect<unknown>[] = []
      const context = contextOf(name, event, executor, effects)
      const result = await endOf(async () => await handler(event, context), effects)
      if (isCommand(result))
        throw new InvalidDefinition(
          `Reactor "${name}" returned the command "${result.commandName}" and did not execute it. Write "await execute(...)".`,
        )
    }
  const streams = new Map<string, StreamHandlers<unknown>>()
  for (const [stream, { byType, otherwise }] of kind.streams)
    streams.set(stream, {
      byType: new Map([...byType].map(([type, handler]) => [type, wrap(handler)])),
      otherwise: typeof otherwise === 'function' ? wrap(otherwise) : otherwise,
    })
  // Reactors have no batch handler, and no hooks that would want a transaction.
  return {
    name,
    version: 1,
    kind: { ...kind, streams, batch: undefined, setUp: undefined, reset: undefined, activate: undefined },
  }
}

function isCommand(value: unknown): value is { readonly commandName: string } {
  return typeof value === 'object' && value !== null && 'commandName' in value && 'kind' in value
}

/** @param effects where the commands go that are executed because of the event */
function contextOf(
  reactor: string,
  event: CausingEvent,
  executor: CommandExecutor | undefined,
  effects: Effect<unknown>[],
): ReactorContext {
  const used = new Set<string>()
  const effectId = (key?: string): string => {
    const id = [reactor, event.id, ...(key === undefined ? [] : [key])].join('/')
    return id.length <= ID_LIMIT ? id : `${reactor}/${event.id}/${hashInput(key)}`
  }
  return {
    effectId,
    execute: (command, { key = command.commandName, ...options } = {}) => {
      if (executor === undefined)
        throw new InvalidOptions('executor', undefined, 'a CommandExecutor, for a reactor that executes commands,')
      if (used.has(key)) throw new InvalidOptions('key', key, 'another key for each command that one event leads to')
      used.add(key)
      const effect = Effect.of(executor.execute(command, { ...options, commandId: effectId(key), causedBy: event }))
      effects.push(effect)
      return effect
    },
  }
}
