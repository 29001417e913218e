import type { Cursor, EventStore, Position } from 'eventcore'
import { ProgramError } from '../program-error.ts'
import { Books } from './books.ts'

/** Events in memory at once, however long the log is. */
const PAGE = 1_000

/** How long to wait, in milliseconds, for events that are committed and not to be read yet. */
const PATIENCE = 30_000

/**
 * Keeps the books anew from the first event of the log: from what was committed, not from what a process believes. It goes
 * on until it has seen the events at `positions`: while others write, the end of the log can lag behind what is committed.
 * @throws ProgramError (`LOG_BEHIND`)
 */
export async function readBooks(store: EventStore, positions: readonly Position[] = []): Promise<Books> {
  const books = new Books()
  const deadline = performance.now() + PATIENCE
  let after: Cursor | undefined
  for (;;) {
    const page = await store.readFeed({ after, limit: PAGE })
    for (const event of page.events) books.add(event)
    after = page.cursor
    if (!page.atHead) continue
    if (positions.every((position) => after !== undefined && store.hasReached(after, position))) return books
    const timeoutMs = deadline - performance.now()
    if (timeoutMs <= 0) throw logBehind()
    await store.waitForEvents(after, { timeoutMs })
  }
}

function logBehind(): ProgramError {
  const seconds = PATIENCE / 1_000
  return new ProgramError(
    'LOG_BEHIND',
    `The end of the log could not be read for ${seconds} seconds, since another writer is not done. What was committed stays.`,
  )
}
