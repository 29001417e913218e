import type { EventStore } from 'eventcore'
import { Audit, assertSound, type Tally, type Verdict } from '../harness/audit.ts'
import { entryOfEvent } from '../workloads/entry-of-event.ts'

/**
 * Reads the whole log and holds it against what was acknowledged.
 * @throws Error when anything is lost, doubled, oversold or off: nothing that was measured then counts
 */
export async function auditStore(store: EventStore, acknowledged: Tally): Promise<Verdict> {
  const audit = new Audit()
  let after: Awaited<ReturnType<EventStore['headCursor']>>
  for (let atHead = false; !atHead; ) {
    const page = await store.readFeed({ after, limit: 5_000 })
    for (const { stream, type, data } of page.events) audit.add(entryOfEvent(stream, type, JSON.parse(data)))
    after = page.cursor
    atHead = page.atHead
  }
  const verdict = audit.verdict(acknowledged)
  assertSound(verdict)
  return verdict
}
