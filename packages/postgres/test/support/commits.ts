import type { Commit, CommitResult, EventStore, NewEvent, StoredEvent, StreamCheck } from 'eventcore'

export const absent = (stream: string): StreamCheck => ({ stream, version: 0, headId: null, base: 0 })

export const newEvent = (store: EventStore, stream: string, data = '{}'): NewEvent => ({
  id: store.newId(),
  stream,
  type: 'Noted',
  data,
})

export function newCommit(
  store: EventStore,
  checks: readonly StreamCheck[],
  events: readonly NewEvent[],
  more: Partial<Commit> = {},
): Commit {
  const commandId = more.commandId ?? store.newId()
  return {
    commandId,
    commandName: 'Note',
    inputHash: 'hash',
    checks,
    events,
    recordedAt: 1_764_000_000_000,
    correlationId: commandId,
    causationId: null,
    metadata: '{}',
    ...more,
  }
}

/** One event to one stream, wherever it stands. */
export async function write(store: EventStore, stream: string): Promise<StoredEvent> {
  const [slice] = await store.read([{ stream, after: 0 }], { limit: 0 })
  const { version = 0, headId = null } = slice ?? {}
  const event = newEvent(store, stream)
  const [result] = await store.append([newCommit(store, [{ stream, version, headId, base: version }], [event])])
  return { ...event, version: version + 1, position: positionsOf(result)[0] as StoredEvent['position'] }
}

function positionsOf(result: CommitResult | undefined): readonly StoredEvent['position'][] {
  if (result?.status !== 'committed') throw new Error(`The commit was answered ${JSON.stringify(result)}.`)
  return result.positions
}
