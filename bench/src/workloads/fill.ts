import type { Commit, EventStore } from 'eventcore'
import { addTallies, NOTHING, type Tally } from '../harness/audit.ts'
import { entryOfEvent } from './entry-of-event.ts'

/** Events that are there before a measurement, one stream's in order. */
export interface Filling {
  readonly stream: string
  readonly type: string
  readonly data: unknown
}

/** Commits of one call. */
const BATCH = 500

/**
 * Puts events into a store, each in a commit of its own, so that what is stored looks like what commands leave behind.
 * The store must not hold these streams yet.
 */
export async function fill(store: EventStore, events: Iterable<Filling>, perCommit = 1): Promise<Tally> {
  const heads = new Map<string, Head>()
  let tally = NOTHING
  let commits: Commit[] = []
  const send = async (): Promise<void> => {
    const results = await store.append(commits)
    const failed = results.find(({ status }) => status !== 'committed')
    if (failed !== undefined) throw new Error(`A commit that was to fill the store ended as ${failed.status}.`)
    commits = []
  }
  for (const group of groupsOf(events, perCommit)) {
    for (const { stream, type, data } of group) {
      const { amount } = entryOfEvent(stream, type, data)
      tally = addTallies(tally, { entries: 1, money: amount })
    }
    commits.push(commitOf(store, group, heads))
    if (commits.length >= BATCH) await send()
  }
  if (commits.length > 0) await send()
  return tally
}

interface Head {
  readonly version: number
  readonly id: string | null
}

function* groupsOf(events: Iterable<Filling>, size: number): Generator<Filling[]> {
  let group: Filling[] = []
  for (const event of events) {
    group.push(event)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

function commitOf(store: EventStore, group: readonly Filling[], heads: Map<string, Head>): Commit {
  const commandId = store.newId()
  const checks = new Map<string, Head>()
  const events = group.map(({ stream, type, data }) => {
    const head = heads.get(stream) ?? { version: 0, id: null }
    if (!checks.has(stream)) checks.set(stream, head)
    const id = store.newId()
    heads.set(stream, { version: head.version + 1, id })
    return { id, stream, type, data: JSON.stringify(data) }
  })
  return {
    commandId,
    commandName: 'Fill',
    inputHash: '',
    checks: Array.from(checks, ([stream, { version, id }]) => ({ stream, version, headId: id, base: version })),
    events,
    recordedAt: Date.now(),
    correlationId: commandId,
    causationId: null,
    metadata: '{}',
  }
}

/** Accounts by number, each with an opening balance in one event. */
export function* openingBalances(accounts: number, balance: number): Generator<Filling> {
  for (let account = 0; account < accounts; account++)
    yield { stream: `account/${account}`, type: 'MoneyDeposited', data: { amount: balance } }
}

/** So many events on each of so many accounts, the streams taking turns. */
export function* depositHistory(accounts: number, eventsEach: number, amount = 1): Generator<Filling> {
  for (let version = 1; version <= eventsEach; version++) yield* openingBalances(accounts, amount)
}
