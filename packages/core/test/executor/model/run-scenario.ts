import { type AcknowledgedCall, digestJson, type History, HistoryRecorder, readLog } from '@eventcore/testing/checker'
import { type AnyRejection, CommandExecutor, type FeedEvent, type Outcome } from 'eventcore'
import { vi } from 'vitest'
import { SeededRandom } from '../../../../testing/src/workload/seeded-random.ts'
import { LogStore } from '../fixture/log-store.ts'
import { stopTime, Turns } from '../fixture/turns.ts'
import { scriptCommands } from './commands.ts'
import type { Call, Scenario, Script } from './script.ts'
import { ScriptedStore } from './scripted-store.ts'

/** What a caller did and was told, with the number of durable events when it called and when it was answered. */
export interface Observation {
  readonly commandId: string
  readonly script: Script
  readonly executor: number
  readonly calledAt: number
  readonly answeredAt: number
  readonly aborted: boolean
  readonly outcome: Outcome<AnyRejection> | undefined
  readonly error: (Error & { readonly code?: string }) | undefined
}

export interface Run {
  readonly scenario: Scenario
  readonly store: LogStore
  readonly observations: readonly Observation[]
  /** The same for the consistency checker. */
  readonly history: History
  readonly log: readonly FeedEvent[]
  readonly violations: readonly string[]
  readonly retries: number
  readonly timersLeft: number
}

/** Runs a scenario to its end. Everything that is random comes from its seed. */
export async function runScenario(scenario: Scenario, store = new LogStore()): Promise<Run> {
  stopTime()
  try {
    return await run(scenario, store)
  } finally {
    vi.useRealTimers()
  }
}

async function run(scenario: Scenario, store: LogStore): Promise<Run> {
  const random = new SeededRandom(scenario.seed)
  const turns = new Turns(random.fork())
  const handlers = random.fork()
  const pause = async (): Promise<void> => {
    for (let pauses = handlers.below(3); pauses > 0; pauses--) await turns.pause()
  }
  const commandFor = scriptCommands(scenario.streams, pause)
  const connections = Array.from(
    { length: scenario.executors },
    () => new ScriptedStore(store, turns, random.fork(), scenario.lanes, scenario.faults),
  )
  let ids = 0
  let retries = 0
  let clock = 0
  const recorder = new HistoryRecorder({ now: () => ++clock })
  const executors = connections.map((connection) => {
    const jitter = random.fork()
    return new CommandExecutor(connection, {
      maxBatch: scenario.maxBatch,
      cachedStreams: scenario.cachedStreams,
      random: () => jitter.next(),
      newId: () => `id-${++ids}`,
      now: () => 0,
      onRetry: () => {
        retries++
      },
    })
  })

  const start = async (call: Call, index: number): Promise<Observation> => {
    const executor = call.executor % executors.length
    const { commandId, script } = identityOf(scenario, index)
    const abort = new AbortController()
    const calledAt = store.length
    const recorded = recorder.invoke(commandId, `caller-${index}`)
    const answered = (told: Pick<Observation, 'outcome' | 'error'>): Observation => ({
      commandId,
      script,
      executor,
      calledAt,
      answeredAt: store.length,
      aborted: abort.signal.aborted,
      ...told,
    })
    const promise = (executors[executor] as CommandExecutor).execute(commandFor(script), {
      commandId,
      signal: abort.signal,
      ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
    })
    if (call.abortAfter !== undefined) {
      let left = call.abortAfter
      const later = async (): Promise<void> => {
        while (left-- > 0) await turns.pause()
        abort.abort()
      }
      void later()
    }
    return await promise.then(
      (outcome) => {
        recorded.ok(acknowledged(outcome))
        return answered({ outcome, error: undefined })
      },
      (error: Error & { code?: string }) => {
        if (error.code === 'COMMIT_OUTCOME_UNKNOWN') recorded.unknown(error)
        else recorded.fail(error)
        return answered({ outcome: undefined, error })
      },
    )
  }

  const running: Promise<Observation>[] = []
  for (const [index, call] of scenario.calls.entries()) {
    for (let steps = call.after; steps > 0; steps--) await turns.step()
    running.push(start(call, index))
  }
  const observations = await turns.until(Promise.all(running))
  await turns.until(Promise.all(executors.map((executor) => executor.close())))
  await turns.until(Promise.all(connections.flatMap(({ late }) => late)))
  const violations = connections.flatMap((connection) => connection.violations)
  while (vi.getTimerCount() > executors.length && (await turns.step()));
  const timersLeft = vi.getTimerCount() - executors.length
  const log = await readLog(store)
  return { scenario, store, observations, history: recorder.history(), log, violations, retries, timersLeft }
}

function acknowledged(outcome: Outcome<AnyRejection>): AcknowledgedCall {
  const { streams, attempts } = outcome
  const events = outcome.status === 'committed' ? outcome.events : []
  return {
    reads: streams.map(({ stream, version }) => ({ stream, version })),
    writes: events.map(({ id, stream, version, position, type, data }) => ({
      stream,
      eventId: id,
      version,
      position,
      digest: digestJson(type, data),
    })),
    attempts,
  }
}

/** The command id and the script of a call, which may be those of an earlier one. */
function identityOf({ calls }: Pick<Scenario, 'calls'>, index: number): { commandId: string; script: Script } {
  const { script, repeats } = calls[index] as Call
  if (repeats === undefined || index === 0) return { commandId: `command-${index}`, script }
  const earlier = identityOf({ calls }, repeats.call % index)
  return repeats.sameInput ? earlier : { commandId: earlier.commandId, script }
}
