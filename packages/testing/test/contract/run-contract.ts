import type { EventStore } from 'eventcore'
import { storeContract } from '../../src/contract/index.ts'
import { createSharedLog, type SharedLog } from './shared-log.ts'

export interface ContractRun {
  readonly passed: readonly string[]
  /** Name of the test → what it said. */
  readonly failed: ReadonlyMap<string, string>
}

/** A mutant may hang a test for ever; that counts as noticed. */
const HANGS_AFTER_MS = 20_000

/** Runs the suite, or some of its tests, on a store over a shared log, and answers which of them failed. */
export async function runContract(
  open: (shared: SharedLog) => EventStore,
  names?: readonly string[],
  seed = 20_261_123,
): Promise<ContractRun> {
  const tests: { readonly name: string; readonly body: () => Promise<void> }[] = []
  storeContract(
    'under test',
    async () => {
      let now = 1_764_000_000_000
      const shared = createSharedLog(() => now)
      return {
        store: open(shared),
        openAnother: async () => open(shared),
        reopen: async () => open(shared),
        passTime: (ms) => {
          now += ms
        },
      }
    },
    { describe: (_, body) => body(), it: (name, body) => tests.push({ name, body }), seed },
  )
  const passed: string[] = []
  const failed = new Map<string, string>()
  for (const { name, body } of tests) {
    if (names !== undefined && !names.includes(name)) continue
    try {
      await withinTime(body())
      passed.push(name)
    } catch (error) {
      failed.set(name, error instanceof Error ? error.message : String(error))
    }
  }
  return { passed, failed }
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It was not done after ${HANGS_AFTER_MS} ms.`)), HANGS_AFTER_MS)
  })
  try {
    await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
