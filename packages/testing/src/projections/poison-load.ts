import { defineProjection, ProjectionRunner } from 'eventcore'
import { SeededRandom } from '../workload/seeded-random.ts'
import { foldOfLog } from './fold-of-log.ts'
import { deposit, type LedgerEvent, type OpenedProjections } from './open-projections.ts'
import { LedgerAccount } from './sql-ledger.ts'

export interface PoisonLoad {
  readonly streams: number
  readonly eventsPerStream: number
  /** How many streams have an event that their handler cannot take until it is mended. */
  readonly always: number
  /** How many have one that fails twice and is then taken. */
  readonly sometimes: number
  /** How many have one over which a handler that returns a promise takes too long. */
  readonly late: number
  readonly seed: number
}

export interface PoisonReport {
  readonly events: number
  /** Events that a healthy projection beside them has handled. */
  readonly others: number
  /** The most that a handler ran over one event that it could not take, and over one that it could in the end. */
  readonly mostRuns: { readonly always: number; readonly sometimes: number; readonly late: number }
  /** Handler runs that failed, and that in the seconds after everything was parked. */
  readonly failedRuns: number
  readonly failedRunsInPeace: number
  readonly letters: { readonly failed: number; readonly waiting: number }
  /** Dead letters that should be there and are not, or the other way round. */
  readonly wrongLetters: number
  /** How many were handled when the handlers were mended. */
  readonly replayed: number
  /** Whether the read models are the fold of the log: without what is parked, and after the replay with everything. */
  readonly rightBefore: boolean
  readonly rightAfter: boolean
}

const MAX_ATTEMPTS = 3
const PEACE_MS = 1_000
const PATIENCE = { timeoutMs: 120_000 }

/**
 * Writes events, some of them poisoned, while three projections run: a ledger whose handler throws, one whose handlers return
 * promises that may not come to an end, and a healthy one. Then the handlers are mended, and what was parked is replayed.
 */
export async function poisonLoad<Tx>(opened: OpenedProjections<Tx>, load: PoisonLoad): Promise<PoisonReport> {
  const { store } = opened
  const plan = new PoisonPlan(load)
  let mended = false
  const runs = new Map<string, number>()
  let failedRuns = 0
  const failing = (event: LedgerEvent): boolean => {
    const poison = plan.kindOf(event)
    if (poison === undefined || mended) return false
    const key = `${poison} ${event.stream}`
    const run = (runs.get(key) ?? 0) + 1
    runs.set(key, run)
    if (poison === 'sometimes' && run > 2) return false
    failedRuns++
    return true
  }
  const policy = { action: 'dead-letter', maxAttempts: MAX_ATTEMPTS, baseDelayMs: 1 } as const
  const throwing = new ProjectionRunner(
    store,
    opened.ledger({
      onFailure: policy,
      before: (event) => {
        if (plan.kindOf(event) !== 'late' && failing(event)) throw new Error('poison')
      },
    }),
  )
  const seen = new Map<string, number>()
  const hanging = new ProjectionRunner(
    store,
    defineProjection({
      name: 'hanging',
      version: 1,
      streams: [LedgerAccount],
      handlers: {
        account: {
          Deposited: async (event) => {
            if (plan.kindOf(event) === 'late' && failing(event)) await new Promise(() => undefined)
            if (event.version > (seen.get(event.stream) ?? 0)) seen.set(event.stream, event.version)
          },
        },
      },
      onFailure: { ...policy, timeoutMs: 20 },
    }),
  )
  const healthy = new ProjectionRunner(store, opened.ledger({ name: 'healthy' }))
  const runners = [throwing, hanging, healthy]
  for (const runner of runners) runner.start()
  await writeAll(opened, load)
  const last = { events: await deposit(store, [{ key: 'last' }]) }
  for (const runner of runners) await runner.waitFor(last, PATIENCE)
  const before = failedRuns
  await new Promise((resolve) => setTimeout(resolve, PEACE_MS))
  const inPeace = failedRuns - before

  const letters = [...(await allLetters(throwing)), ...(await allLetters(hanging))]
  const found = new Set(letters.map(({ stream, version, reason }) => `${stream} ${version} ${reason}`))
  const expected = plan.letters()
  const wrongLetters =
    [...expected].filter((one) => !found.has(one)).length +
    found.size -
    [...found].filter((one) => expected.has(one)).length
  const parked = ({ stream, version }: { readonly stream: string; readonly version: number }): boolean =>
    plan.parks('always', stream, version)
  const rightBefore = (await isFold(opened, 'ledger', parked)) && (await isFold(opened, 'healthy', () => false))
  mended = true
  const replayed = (await throwing.deadLetters.retry()).handled + (await hanging.deadLetters.retry()).handled
  const rightAfter =
    (await isFold(opened, 'ledger', () => false)) &&
    [...(await foldOfLog(store))].every(([stream, { version }]) => seen.get(stream) === version)
  for (const runner of runners) await runner.stop()
  const most = (kind: string): number =>
    Math.max(0, ...[...runs].filter(([key]) => key.startsWith(kind)).map(([, times]) => times))
  const count = (reason: string): number => letters.filter((letter) => letter.reason === reason).length
  return {
    events: load.streams * load.eventsPerStream + 1,
    others: [...(await opened.rows('healthy', 1)).values()].reduce((sum, { events }) => sum + events, 0),
    mostRuns: { always: most('always'), sometimes: most('sometimes'), late: most('late') },
    failedRuns,
    failedRunsInPeace: inPeace,
    letters: { failed: count('failed'), waiting: count('waiting') },
    wrongLetters,
    replayed,
    rightBefore,
    rightAfter,
  }
}

type Poison = 'always' | 'sometimes' | 'late'

/** Which event of which stream is poisoned. */
class PoisonPlan {
  readonly #load: PoisonLoad
  readonly #poisoned = new Map<string, { readonly kind: Poison; readonly version: number }>()

  constructor(load: PoisonLoad) {
    this.#load = load
    const random = new SeededRandom(load.seed)
    const kinds = (['always', 'sometimes', 'late'] as const).flatMap((kind) =>
      Array.from({ length: load[kind] }, () => kind),
    )
    for (const [i, kind] of kinds.entries())
      this.#poisoned.set(`account/s${i}`, { kind, version: 1 + random.below(load.eventsPerStream) })
  }

  kindOf({ stream, version }: { readonly stream: string; readonly version: number }): Poison | undefined {
    const poisoned = this.#poisoned.get(stream)
    return poisoned?.version === version ? poisoned.kind : undefined
  }

  parks(kind: Poison, stream: string, version: number): boolean {
    const poisoned = this.#poisoned.get(stream)
    return poisoned?.kind === kind && version >= poisoned.version
  }

  letters(): ReadonlySet<string> {
    const letters = new Set<string>()
    for (const [stream, { kind, version }] of this.#poisoned) {
      if (kind === 'sometimes') continue
      for (let v = version; v <= this.#load.eventsPerStream; v++)
        letters.add(`${stream} ${v} ${v === version ? 'failed' : 'waiting'}`)
    }
    return letters
  }
}

/** In rounds over all streams, several commits at once. */
async function writeAll<Tx>({ store }: OpenedProjections<Tx>, { streams, eventsPerStream }: PoisonLoad): Promise<void> {
  for (let version = 1; version <= eventsPerStream; version++) {
    for (let first = 0; first < streams; first += 8)
      await Promise.all(
        Array.from({ length: Math.min(8, streams - first) }, (_, i) =>
          deposit(store, [{ key: `s${first + i}`, amount: version }]),
        ),
      )
  }
}

async function allLetters<Tx>(runner: ProjectionRunner<Tx>) {
  const letters = []
  for (let after = 0; ; ) {
    const page = await runner.deadLetters.list({ after })
    letters.push(...page)
    const last = page.at(-1)
    if (last === undefined) return letters
    after = last.sequence
  }
}

async function isFold<Tx>(
  { store, rows }: OpenedProjections<Tx>,
  name: string,
  without: (event: { readonly stream: string; readonly version: number }) => boolean,
): Promise<boolean> {
  const [found, expected] = [await rows(name, 1), await foldOfLog(store, without)]
  return (
    found.size === expected.size &&
    [...expected].every(([stream, { balance, events, version }]) => {
      const row = found.get(stream)
      return row?.balance === balance && row.events === events && row.version === version
    })
  )
}
