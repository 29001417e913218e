import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventStore } from 'eventcore'
import { chooseTarget } from '../../src/torture/targets/choose-target.ts'
import { openLocation } from '../../src/torture/targets/store-location.ts'

/** An empty, durable store of its own, of the kind that a run of torture would take: `sqlite:`, `postgres:`, a URL. */
export async function withStore(store: string, use: (store: EventStore) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'eventcore-memory-'))
  const target = await chooseTarget({ store, faults: [] }, directory)
  const arena = await target.arena('memory')
  try {
    const { direct } = arena
    const opened = await openLocation(direct.kind === 'postgres' ? { ...direct, patient: true } : direct, Date.now)
    await use(opened.store)
    await opened.store.close()
  } finally {
    await arena.dispose()
    await target.dispose()
    rmSync(directory, { recursive: true, force: true })
  }
}
