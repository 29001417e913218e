import { InvalidOptions } from 'eventcore'

/** UUIDs hold 48 bits in the last group. */
const MOST = 2 ** 48

/**
 * Ids that are the same in every run: `00000000-0000-7000-8000-000000000001`, `…002`, and so on: the form and the order of
 * UUIDv7. Give them to a store or to an executor as `newId`. Ids must be unique: two stores that you compare, or whose cursors may
 * meet, share one source.
 */
export function sequentialIds(first = 1): () => string {
  if (!Number.isSafeInteger(first) || first < 0 || first >= MOST)
    throw new InvalidOptions('first', first, 'a whole number from 0 to below 2^48')
  let next = first
  return () => `00000000-0000-7000-8000-${(next++).toString(16).padStart(12, '0')}`
}
