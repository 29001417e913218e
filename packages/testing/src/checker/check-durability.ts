import type { Anomaly } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import type { CommandCall, WriteObservation } from './history.ts'
import type { LoggedCommit, LogIndex } from './log-index.ts'
import { digestLike } from './payload-digest.ts'

/** Checks 2 and 3: acknowledged means all there and unchanged, failed means nothing, unknown means all or nothing. */
export function checkDurability(index: LogIndex, byCommand: ReadonlyMap<string, readonly CommandCall[]>): Anomaly[] {
  const anomalies: Anomaly[] = []
  for (const [commandId, calls] of byCommand) {
    const commit = index.commits[index.commitOf(commandId)]
    const told = calls.filter((call) => call.status === 'ok' && call.writes.length > 0)
    for (const call of told) acknowledged(call, commit, index, anomalies)
    if (calls.length > 1) repeated(commandId, calls, told, anomalies)
    if (told.length === 0 && commit !== undefined) unacknowledged(calls, commit, index, anomalies)
  }
  return anomalies
}

function acknowledged(
  call: CommandCall,
  commit: LoggedCommit | undefined,
  index: LogIndex,
  anomalies: Anomaly[],
): void {
  const { commandId, process, writes } = call
  const present: string[] = []
  const missing: string[] = []
  for (const write of writes) {
    const event = index.eventWithId(write.eventId)
    if (event === -1 || itemAt(index.log, event).commit.commandId !== commandId) missing.push(write.eventId)
    else {
      present.push(write.eventId)
      compareEvent(commandId, write, event, index, anomalies)
    }
  }
  if (present.length === 0) anomalies.push({ kind: 'lost-commit', commandId, process, eventIds: missing })
  else if (missing.length > 0) anomalies.push({ kind: 'torn-commit', commandId, present, missing })
  if (commit === undefined || commit.events.length === present.length) return
  const reported = new Set(present)
  const eventIds = idsOf(commit, index).filter((id) => !reported.has(id))
  if (eventIds.length > 0) anomalies.push({ kind: 'unreported-event', commandId, eventIds })
}

/** "Already committed" outranks every other answer. */
function repeated(
  commandId: string,
  calls: readonly CommandCall[],
  told: readonly CommandCall[],
  anomalies: Anomaly[],
): void {
  for (const { status, writes, invokedAt, process } of calls) {
    if (status !== 'ok' || writes.length > 0) continue
    const forgotten = told.some(({ completedAt }) => completedAt !== undefined && completedAt < invokedAt)
    if (forgotten) anomalies.push({ kind: 'forgotten-commit', commandId, process })
  }
}

function compareEvent(
  commandId: string,
  write: WriteObservation,
  event: number,
  index: LogIndex,
  anomalies: Anomaly[],
): void {
  const { id: eventId, stream, version, position, type, data } = itemAt(index.log, event)
  if (
    stream !== write.stream ||
    version !== (write.version ?? version) ||
    position !== (write.position ?? (position as string)) // opaque, but it must come back as it was told
  ) {
    anomalies.push({
      kind: 'misplaced-event',
      commandId,
      eventId,
      told: { stream: write.stream, version: write.version, position: write.position },
      actual: { stream, version, position },
    })
  }
  if (write.digest === undefined) return
  const stored = digestLike(write.digest, type, data)
  if (stored !== write.digest) {
    anomalies.push({ kind: 'payload-changed', commandId, eventId, sent: write.digest, stored })
  }
}

function unacknowledged(
  calls: readonly CommandCall[],
  commit: LoggedCommit,
  index: LogIndex,
  anomalies: Anomaly[],
): void {
  const { commandId } = commit
  const eventIds = idsOf(commit, index)
  const unknown = calls.filter((call) => call.status === 'info')
  if (unknown.length === 0) {
    const failed = calls.find((call) => call.status === 'fail')
    if (failed === undefined) anomalies.push({ kind: 'unreported-event', commandId, eventIds })
    else anomalies.push({ kind: 'failed-but-visible', commandId, errorCode: failed.errorCode, eventIds })
    return
  }
  const attempts = unknown.flatMap((call) => call.sent)
  if (attempts.length === 0) return // what was sent was not recorded
  const visible = new Set(eventIds)
  // The attempt that got in: each has ids of its own.
  const attempt = attempts.find(({ writes }) => writes.some((write) => visible.has(write.eventId)))
  const sent = attempt?.writes ?? []
  const missing = sent.filter((write) => !visible.has(write.eventId)).map((write) => write.eventId)
  if (missing.length > 0) {
    const present = sent.filter((write) => visible.has(write.eventId)).map((write) => write.eventId)
    anomalies.push({ kind: 'torn-commit', commandId, present, missing })
  }
  for (const write of sent) {
    const event = index.eventWithId(write.eventId)
    if (event !== -1) compareEvent(commandId, write, event, index, anomalies)
  }
  const foreign = eventIds.filter((id) => !sent.some((write) => write.eventId === id))
  if (foreign.length > 0) anomalies.push({ kind: 'unreported-event', commandId, eventIds: foreign })
}

function idsOf(commit: LoggedCommit, index: LogIndex): string[] {
  return commit.events.map((event) => itemAt(index.log, event).id)
}
