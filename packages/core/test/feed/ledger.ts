// The streams that the tests of feeds and projections write to, and a writer that needs no command.
import { type Cursor, defineStream, type EventStore, type FeedEvent, unchecked } from 'eventcore'

export const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>(), Withdrawn: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: {
    Deposited: (balance, { amount }) => balance + amount,
    Withdrawn: (balance, { amount }) => balance - amount,
  },
})

export const Audit = defineStream('audit', {
  events: { Checked: unchecked<{ by: string }>() },
  initial: () => 0,
  apply: { Checked: (count) => count + 1 },
})

export interface PlainEvent {
  readonly stream: string
  readonly type: string
  readonly data: unknown
}

export const deposited = (key: string, amount: number): PlainEvent => ({
  stream: `account/${key}`,
  type: 'Deposited',
  data: { amount },
})

/** Writes the events in one commit, reading and trying again on a conflict. Answers their positions. */
export async function write(store: EventStore, ...events: readonly PlainEvent[]): Promise<readonly string[]> {
  const streams = [...new Set(events.map(({ stream }) => stream))]
  const commandId = store.newId()
  while (true) {
    const slices = await store.read(
      streams.map((stream) => ({ stream, after: 0 })),
      { limit: 0 },
    )
    const [result] = await store.append([
      {
        commandId,
        commandName: 'Write',
        inputHash: 'hash',
        checks: slices.map(({ stream, version, headId }) => ({ stream, version, headId, base: version })),
        events: events.map(({ stream, type, data }) => ({
          id: store.newId(),
          stream,
          type,
          data: typeof data === 'string' ? data : JSON.stringify(data),
        })),
        recordedAt: 1_764_000_000_000,
        correlationId: commandId,
        causationId: null,
        metadata: '{"actor":"tester"}',
      },
    ])
    if (result?.status === 'committed') return result.positions
    if (result?.status !== 'conflict') throw new Error(`the write ended as ${result?.status}`)
  }
}

/** The whole feed, read in the plainest way. */
export async function wholeFeed(store: EventStore): Promise<readonly FeedEvent[]> {
  const events: FeedEvent[] = []
  let cursor: Cursor | undefined
  while (true) {
    const page = await store.readFeed({ after: cursor, limit: 1_000 })
    events.push(...page.events)
    cursor = page.cursor
    if (page.atHead) return events
  }
}
