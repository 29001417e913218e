import type { EventStore, ProjectingStore, Projection } from 'eventcore'

/** What a ledger projection does on the store under test: the suite asks for one per test. */
export interface LedgerOptions {
  readonly name?: string
  readonly version?: number
  readonly onFailure?: {
    readonly action?: 'stop' | 'skip' | 'dead-letter'
    readonly maxAttempts?: number
    readonly baseDelayMs?: number
  }
  /** Called with each event before it is written, and after: what it throws fails the handler. */
  readonly before?: (event: LedgerEvent) => void
  readonly after?: (event: LedgerEvent) => void
  /** Whether the projection takes whole batches. */
  readonly batch?: boolean
}

export interface LedgerEvent {
  readonly stream: string
  readonly version: number
  readonly position: string
  readonly data: { readonly amount: number }
}

/** What a ledger projection has written about one stream. */
export interface LedgerRow {
  readonly balance: number
  /** How many events it has applied. */
  readonly events: number
  /** The version of the last one. */
  readonly version: number
}

/** A store for one test of the suite, with the means to define projections on it. */
export interface OpenedProjections<Tx> {
  readonly store: ProjectingStore<Tx>
  /**
   * A projection over the streams `account/…` with the event `Deposited` (`{ amount }`), which keeps a {@link LedgerRow} per
   * stream in the transaction that it is given: it adds the amount to `balance`, 1 to `events`, and sets `version`. A balance
   * above 1,000,000,000 is refused, by the table where tables have constraints. See `sqlLedger`.
   */
  ledger(options: LedgerOptions): Projection<Tx>
  /** What the projection with this name and version has written; empty when it has not begun. */
  rows(name: string, version: number): Promise<ReadonlyMap<string, LedgerRow>>
  /** The same data once more, as another process would open it. Default: the store itself. */
  openAnother?(): Promise<ProjectingStore<Tx>>
  /** Moves the clock by which leases expire; back, when it is negative. */
  passTime(ms: number): void | Promise<void>
  cleanup?(): Promise<void>
}

/** @param inline if given, the store keeps a ledger with these options within its appends */
export type OpenProjections<Tx> = (inline?: LedgerOptions) => Promise<OpenedProjections<Tx>>

/** For waits that come to an end, on however busy a machine. */
export const PATIENCE = { timeoutMs: 30_000 }

/** Writes one commit, whatever else goes on. Answers the positions of its events. */
export async function deposit(
  store: EventStore,
  entries: readonly {
    readonly key: string
    readonly amount?: number
    readonly type?: string
    readonly kind?: string
  }[],
): Promise<
  readonly { readonly position: Awaited<ReturnType<EventStore['readFeed']>>['events'][number]['position'] }[]
> {
  const commandId = store.newId()
  const streams = [...new Set(entries.map(({ key, kind = 'account' }) => `${kind}/${key}`))]
  while (true) {
    const slices = await store.read(
      streams.map((stream) => ({ stream, after: 0 })),
      { limit: 0 },
    )
    const [result] = await store.append([
      {
        commandId,
        commandName: 'Deposit',
        inputHash: 'hash',
        checks: slices.map(({ stream, version, headId }) => ({ stream, version, headId, base: version })),
        events: entries.map(({ key, amount = 1, type = 'Deposited', kind = 'account' }) => ({
          id: store.newId(),
          stream: `${kind}/${key}`,
          type,
          data: JSON.stringify({ amount }),
        })),
        recordedAt: 1_764_000_000_000,
        correlationId: commandId,
        causationId: null,
        metadata: '{}',
      },
    ])
    if (result?.status === 'committed') return result.positions.map((position) => ({ position }))
    if (result?.status !== 'conflict') throw new Error(`the deposit ended as ${result?.status}`)
  }
}
