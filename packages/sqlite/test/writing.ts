import type { Commit, CommitResult, EventStore, NewEvent, StreamCheck } from 'eventcore'

/** An appended stream's head, as a command would have read it. */
export interface KnownHead {
  readonly version: number
  readonly headId: string | null
}

const ABSENT: KnownHead = { version: 0, headId: null }

export interface CommitOptions {
  readonly commandId?: string
  readonly head?: KnownHead
  readonly events?: number
  readonly data?: string
  readonly type?: string
}

/** A commit of some events on one stream. */
export function commitOn(store: EventStore, stream: string, options: CommitOptions = {}): Commit {
  const { head = ABSENT, events = 1, data = '{}', type = 'Noted', commandId = store.newId() } = options
  const check: StreamCheck = { stream, version: head.version, headId: head.headId, base: head.version }
  return {
    commandId,
    commandName: 'Note',
    inputHash: 'hash',
    checks: [check],
    events: Array.from({ length: events }, (): NewEvent => ({ id: store.newId(), stream, type, data })),
    recordedAt: 1_764_000_000_000,
    correlationId: commandId,
    causationId: null,
    metadata: '{}',
  }
}

export const headAfter = ({ checks, events }: Commit): KnownHead => ({
  version: (checks[0]?.version ?? 0) + events.length,
  headId: events.at(-1)?.id ?? checks[0]?.headId ?? null,
})

/** Appends one commit and answers with its result. */
export async function appendOne(store: EventStore, commit: Commit): Promise<CommitResult> {
  const [result] = await store.append([commit])
  if (result === undefined) throw new Error('the store answered without a result')
  return result
}

/** Fills a store with so many events, some to a commit, over the streams `<prefix>0` … */
export async function fill(
  store: EventStore,
  events: number,
  { streams = 10, prefix = 'filled-', data = '{}' } = {},
): Promise<void> {
  const heads = new Map<string, KnownHead>()
  for (let written = 0; written < events; ) {
    const batch: Commit[] = []
    for (; batch.length < 100 && written < events; written++) {
      const stream = `${prefix}${written % streams}`
      const commit = commitOn(store, stream, { head: heads.get(stream) ?? ABSENT, data })
      heads.set(stream, headAfter(commit))
      batch.push(commit)
    }
    for (const result of await store.append(batch)) {
      if (result.status !== 'committed') throw new Error(`filling ended in ${JSON.stringify(result)}`)
    }
  }
}
