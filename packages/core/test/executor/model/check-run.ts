import assert from 'node:assert/strict'
import { checkHistory } from '@eventcore/testing/checker'
import type { StoredEvent } from 'eventcore'
import { type Interpretation, interpret } from './interpreter.ts'
import type { Observation, Run } from './run-scenario.ts'

/** Errors that say that nothing was and will be written. */
const DEFINITE = new Set([
  'COMMAND_ABORTED',
  'COMMAND_TIMEOUT',
  'CONCURRENCY_CONFLICT',
  'HANDLER_FAILED',
  'COMMAND_ID_REUSED',
  'STORE_UNAVAILABLE',
])

/**
 * Insists that everything that the callers were told, and the log, is what executing the commands one at a time gives, in an
 * order that agrees with real time: commits stand where their positions are, the rest somewhere between call and answer.
 */
export function checkRun(run: Run): void {
  const { store, observations, scenario } = run
  assert.deepEqual(run.violations, [])
  const verdict = checkHistory(run.history, run.log, { witness: 'commits-and-queries' })
  assert.ok(verdict.ok, verdict.explain())
  assert.ok(run.timersLeft <= 0, `${run.timersLeft} timers are left`)
  const commits = commitsOf(
    store.log.slice(),
    store.log.slice().map((_, index) => store.log.recordAt(store.log.commitAt(index)).commandId),
  )
  for (const commit of commits) checkCommit(run, commit)
  for (const observation of observations) {
    try {
      checkObservation(run, observation, commits)
    } catch (cause) {
      const { commandId, outcome, error, calledAt, answeredAt } = observation
      const told = outcome === undefined ? `${error?.name}: ${error?.message}` : JSON.stringify(outcome)
      throw new Error(`${commandId}, called at ${calledAt}, answered at ${answeredAt}: ${told}`, { cause })
    }
  }
  if (scenario.executors === 1 && scenario.faults === 0) {
    const lost = observations.filter(({ error }) => error?.code === 'CONCURRENCY_CONFLICT')
    // A command that timed out while it was losing says so, too.
    const patient = lost.filter(({ error }) => error?.message.includes('attempts are its limit'))
    assert.deepEqual(
      patient.map(({ commandId }) => commandId),
      [],
      'commands of one process do not starve each other',
    )
  }
}

interface LoggedCommit {
  readonly commandId: string
  readonly start: number
  readonly events: readonly StoredEvent[]
}

function commitsOf(events: readonly StoredEvent[], commandIds: readonly string[]): LoggedCommit[] {
  const commits: LoggedCommit[] = []
  for (let start = 0; start < events.length; ) {
    const commandId = commandIds[start] as string
    let end = start
    while (commandIds[end] === commandId) end++
    commits.push({ commandId, start, events: events.slice(start, end) })
    start = end
  }
  return commits
}

/** Whatever stands in the log is what one of the calls under that id decides on exactly what stands before it. */
function checkCommit({ store, observations, scenario }: Run, { commandId, start, events }: LoggedCommit): void {
  const record = store.log.recordAt(store.log.commitAt(start))
  const calls = observations.filter((observation) => observation.commandId === commandId)
  assert.ok(calls.length > 0, `${commandId} was never called`)
  const same = calls.find(({ script }) => {
    const { result, streams } = interpret(script, store.log.slice(0, start), scenario.streams)
    const reads = streams.map(({ stream, version }) => ({ stream, version }))
    return (
      result.kind === 'events' &&
      same3(
        result.events,
        events.map(({ stream, type, data }) => ({ stream, type, data })),
      ) &&
      same3(reads, record.reads)
    )
  })
  if (same === undefined) {
    const expected = interpret((calls[0] as Observation).script, store.log.slice(0, start), scenario.streams)
    assert.deepEqual(
      { events, reads: record.reads },
      expected,
      `${commandId} at ${start} was decided on something else`,
    )
  }
  const earliest = Math.min(...calls.map(({ calledAt }) => calledAt))
  assert.ok(start >= earliest, `${commandId} stands at ${start}, before it was called`)
}

const same3 = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function checkObservation(run: Run, observation: Observation, commits: readonly LoggedCommit[]): void {
  const { commandId, outcome, error, calledAt, answeredAt, script } = observation
  const mine = commits.filter((commit) => commit.commandId === commandId)
  assert.ok(mine.length <= 1, 'committed twice')
  const [commit] = mine
  if (outcome?.status === 'committed' && outcome.events.length > 0) {
    assert.ok(commit !== undefined, 'acknowledged, and not in the log')
    assert.ok(commit.start + commit.events.length <= answeredAt, 'answered before it was durable')
    const told = outcome.events.map(({ id, stream, type, version, position, data }) => ({
      id,
      stream,
      type,
      version,
      position,
      data,
    }))
    assert.deepEqual(
      told,
      commit.events.map((event) => ({
        id: event.id,
        stream: event.stream,
        type: event.type,
        version: event.version,
        position: event.position,
        data: JSON.parse(event.data),
      })),
    )
    const { streams, result } = interpret(script, run.store.log.slice(0, commit.start), run.scenario.streams)
    assert.equal(result.kind, 'events')
    if (outcome.alreadyCommitted || run.scenario.faults > 0)
      assert.deepEqual(
        outcome.streams.map(({ stream, version }) => [stream, version]),
        streams.map(({ stream, version }) => [stream, version]),
      )
    else assert.deepEqual(outcome.streams, streams)
    const joined = run.observations.some(
      (other) => other !== observation && other.commandId === commandId && other.executor === observation.executor,
    )
    if (commit.start < calledAt) assert.ok(outcome.alreadyCommitted || joined, 'stands before its call')
    return
  }
  if (outcome !== undefined) {
    const expected: Interpretation['result'] =
      outcome.status === 'rejected'
        ? { kind: 'rejection', code: outcome.code, detail: outcome.detail }
        : { kind: 'events', events: [] }
    const moments = momentsOf(run, observation, commit)
    const isSame = ({ result, streams }: Interpretation): boolean =>
      same3(result, expected) && same3(streams, outcome.streams)
    assert.ok(moments.some(isSame), `no moment explains it: ${JSON.stringify(moments.slice(0, 3), null, 1)}`)
    return
  }
  assert.ok(error !== undefined)
  const handlerThrew = error.code === 'HANDLER_FAILED' && /boom \d+$/.exec(error.message)
  if (handlerThrew) {
    const [message] = handlerThrew
    const moments = momentsOf(run, observation, commit)
    assert.ok(
      moments.some(({ result }) => same3(result, { kind: 'threw', message })),
      'no moment explains what was thrown',
    )
    return
  }
  if (error.code === 'COMMIT_OUTCOME_UNKNOWN') {
    const others = run.observations.filter((other) => other !== observation && other.commandId === commandId)
    assert.ok(run.scenario.faults > 0 || others.length > 0, 'unknown without a fault or another call that it joined')
    assert.deepEqual((error as unknown as { commandIds: unknown }).commandIds, [commandId])
    return
  }
  assert.ok(DEFINITE.has(error.code ?? ''), `an unexpected error: ${error.stack}`)
  if (error.code === 'COMMAND_ID_REUSED') {
    const others = run.observations.filter((other) => other.commandId === commandId && other.script !== script)
    assert.ok(others.length > 0, 'nobody else used the id')
    return
  }
  assert.notEqual(error.code, 'HANDLER_FAILED', 'no script fails so')
  if (error.code === 'STORE_UNAVAILABLE') assert.ok(run.scenario.faults > 0)
  if (commit !== undefined) {
    const others = run.observations.filter((other) => other.commandId === commandId && other !== observation)
    assert.ok(others.length > 0, 'a definite error, and it is in the log')
  }
}

/** What the command comes to at each moment between its call and its answer at which its id was not recorded. */
function momentsOf(
  { store, scenario }: Run,
  { script, calledAt, answeredAt }: Observation,
  commit: LoggedCommit | undefined,
): Interpretation[] {
  const end = commit === undefined ? answeredAt : Math.min(answeredAt, commit.start)
  const moments: Interpretation[] = []
  for (let length = calledAt; length <= end; length++) {
    const inside = length > 0 && length < store.length && store.log.commitAt(length) === store.log.commitAt(length - 1)
    if (!inside) moments.push(interpret(script, store.log.slice(0, length), scenario.streams))
  }
  return moments
}
