import type { ContractSection } from './contract-section.ts'
import type { OpenStore, StoreCapabilities } from './open-store.ts'
import { appendSection } from './sections/append.ts'
import { barrierRacesSection } from './sections/barrier-races.ts'
import { batchSection } from './sections/batch.ts'
import { batchRacesSection } from './sections/batch-races.ts'
import { checkpointsSection } from './sections/checkpoints.ts'
import { closingSection } from './sections/closing.ts'
import { conflictSection } from './sections/conflict.ts'
import { durabilitySection } from './sections/durability.ts'
import { feedSection } from './sections/feed.ts'
import { feedFilterSection } from './sections/feed-filter.ts'
import { feedRacesSection } from './sections/feed-races.ts'
import { feedWaitingSection } from './sections/feed-waiting.ts'
import { handlesSection } from './sections/handles.ts'
import { idempotencySection } from './sections/idempotency.ts'
import { idsSection } from './sections/ids.ts'
import { leasesSection } from './sections/leases.ts'
import { payloadSection } from './sections/payload.ts'
import { randomHistoriesSection } from './sections/random-histories.ts'
import { readSection } from './sections/read.ts'
import { sizesSection } from './sections/sizes.ts'
import { snapshotIsolationSection } from './sections/snapshot-isolation.ts'
import { snapshotsSection } from './sections/snapshots.ts'
import { staggeredRacesSection } from './sections/staggered-races.ts'
import { streamIdsSection } from './sections/stream-ids.ts'
import { streamListSection } from './sections/stream-list.ts'
import { streamPagesSection } from './sections/stream-pages.ts'
import { Stage } from './stage.ts'

/** How long a test of the suite may take when the runner asks. Far beyond what any needs: it ends what hangs. */
const TEST_TIMEOUT_MS = 120_000

const SECTIONS: readonly ContractSection[] = [
  appendSection,
  batchSection,
  conflictSection,
  idempotencySection,
  readSection,
  streamPagesSection,
  streamListSection,
  feedSection,
  feedFilterSection,
  feedWaitingSection,
  snapshotsSection,
  checkpointsSection,
  leasesSection,
  payloadSection,
  streamIdsSection,
  sizesSection,
  idsSection,
  handlesSection,
  durabilitySection,
  closingSection,
  randomHistoriesSection,
  snapshotIsolationSection,
  barrierRacesSection,
  staggeredRacesSection,
  batchRacesSection,
  feedRacesSection,
]

/** What the suite needs of a test runner. Vitest, Jest, Mocha, `node:test` and `bun:test` all have it. */
export interface ContractRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>, timeoutMs?: number): unknown
}

export interface StoreContractOptions extends ContractRunner {
  /** What the store does not have. Default: it has everything. */
  readonly capabilities?: Partial<StoreCapabilities>
  /**
   * Seed of everything random. Default: `EVENTCORE_TEST_SEED` of the environment, else another one for each run. The
   * message of a failing test names it.
   */
  readonly seed?: number
}

/**
 * Registers the contract suite for one store: everything that the documentation of `EventStore` promises, as tests.
 *
 * ```ts
 * import { storeContract } from '@eventcore/testing/contract'
 * import { describe, it } from 'vitest'
 *
 * storeContract('memory', async () => ({ store: new MemoryEventStore() }), { describe, it })
 * ```
 *
 * Every test opens a store of its own, which must be empty and share nothing with another one's.
 */
export function storeContract(name: string, open: OpenStore, options: StoreContractOptions): void {
  const { describe, it } = options
  const capabilities: StoreCapabilities = { reopen: true, severalHandles: true, ...options.capabilities }
  const seed = options.seed ?? seedOfThisRun()
  describe(`store contract: ${name}`, () => {
    for (const { name: section, tests } of SECTIONS) {
      const owed = tests.filter(({ needs }) => needs === undefined || capabilities[needs])
      // Some runners fail on a section without tests.
      if (owed.length === 0) continue
      describe(section, () => {
        for (const test of owed) it(test.name, () => Stage.play(test, open, capabilities, seed), TEST_TIMEOUT_MS)
      })
    }
  })
}

function seedOfThisRun(): number {
  const given = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10)
  return Number.isNaN(given) ? Math.floor(Math.random() * 2 ** 31) : given
}
