import { MemoryEventStore } from '@eventcore/memory'
import {
  type AnyRejection,
  type Command,
  CommandExecutor,
  type EventStore,
  type FeedEvent,
  type Outcome,
} from 'eventcore'
import { type AcknowledgedCall, digestJson, type History, HistoryRecorder, readLog } from '../../src/checker/index.ts'
import { type CallScheduler, interleave, scheduledStore } from '../../src/fast-check/index.ts'
import { sequentialIds } from '../../src/index.ts'

export type AnyCommand = Command<string, AnyRejection>

/** Commands, and which of the executors gets each. */
export interface Round {
  /** Executed one after another before the race. */
  readonly before: readonly AnyCommand[]
  readonly racing: readonly { readonly command: AnyCommand; readonly executor: number }[]
  readonly executors: number
}

/** What can be told of an outcome without ids and positions. */
export interface Told {
  readonly status: string
  readonly code?: string
  readonly detail?: unknown
  readonly events: readonly string[]
}

export interface RoundEnd {
  readonly told: readonly Told[]
  /** The events of each stream. */
  readonly streams: Readonly<Record<string, readonly string[]>>
  readonly attempts: number
}

export interface Race extends RoundEnd {
  readonly history: History
  readonly log: readonly FeedEvent[]
}

/** A store as the executors get it. */
export type Breaking = (store: EventStore) => EventStore

/** Executes the commands at once, each on its executor. Every call of a store goes ahead when the scheduler says so. */
export async function race(
  round: Round,
  scheduler: CallScheduler,
  breaking: Breaking = (store) => store,
): Promise<Race> {
  const store = new MemoryEventStore({ newId: sequentialIds() })
  let tick = 0
  const recorder = new HistoryRecorder({ now: () => ++tick })
  const setup = new CommandExecutor(store)
  for (const command of round.before) await execute(setup, command, recorder, 'setup')
  const broken = breaking(store)
  const executors = Array.from({ length: round.executors }, (_, i) => {
    const handle = scheduledStore(broken, scheduler, `executor ${i}`)
    return new CommandExecutor(handle, { random: () => 0, now: () => 0 })
  })
  const racing = round.racing.map(({ command, executor }, i) => {
    const chosen = executors[executor % executors.length] ?? setup
    return execute(chosen, command, recorder, `client-${i}`)
  })
  const outcomes = await interleave(scheduler, Promise.all(racing))
  await Promise.all(executors.map((executor) => executor.close()))
  const log = await readLog(store)
  return {
    told: outcomes.map(tell),
    streams: streamsOf(log),
    attempts: Math.max(...outcomes.map(({ attempts }) => attempts)),
    history: recorder.history(),
    log,
  }
}

/** Executes the same commands one at a time, the racing ones in this order; what was told is in the order of the round. */
export async function inOrder(round: Round, order: readonly number[]): Promise<RoundEnd> {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  for (const command of round.before) await executor.execute(command)
  const told: Told[] = []
  for (const index of order) {
    const next = round.racing[index]
    if (next !== undefined) told[index] = tell(await executor.execute(next.command))
  }
  return { told, streams: streamsOf(await readLog(store)), attempts: 1 }
}

async function execute(
  executor: CommandExecutor,
  command: AnyCommand,
  recorder: HistoryRecorder,
  client: string,
): Promise<Outcome<AnyRejection>> {
  const commandId = executor.store.newId()
  const call = recorder.invoke(commandId, client)
  const outcome = await executor.execute(command, { commandId })
  call.ok(acknowledged(outcome))
  return outcome
}

function acknowledged(outcome: Outcome<AnyRejection>): AcknowledgedCall {
  const { streams, attempts } = outcome
  const events = outcome.status === 'committed' ? outcome.events : []
  return {
    reads: streams.map(({ stream, version }) => ({ stream, version })),
    writes: events.map(({ id, stream, version, position, type, data }) => {
      return { stream, eventId: id, version, position, digest: digestJson(type, data) }
    }),
    attempts,
  }
}

function tell(outcome: Outcome<AnyRejection>): Told {
  if (outcome.status === 'rejected')
    return { status: 'rejected', code: outcome.code, detail: outcome.detail, events: [] }
  return {
    status: 'committed',
    events: outcome.events.map(
      ({ stream, version, type, data }) => `${stream}@${version} ${type} ${JSON.stringify(data)}`,
    ),
  }
}

function streamsOf(log: readonly FeedEvent[]): Readonly<Record<string, readonly string[]>> {
  const streams = Map.groupBy(log, ({ stream }) => stream)
  return Object.fromEntries(
    [...streams]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([stream, events]) => [stream, events.map(({ type, data }) => `${type} ${data}`)]),
  )
}
