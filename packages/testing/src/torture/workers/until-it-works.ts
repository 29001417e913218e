import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 50

/** Tries again while the store cannot be reached, or cannot work for the moment. */
export async function untilItWorks<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code !== 'STORE_UNAVAILABLE' && code !== 'STORE_FAILURE' && code !== 'COMMIT_OUTCOME_UNKNOWN') throw error
      await sleep(PAUSE_MS)
    }
  }
}
