import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '@eventcore/testing'
import type { Cursor, FeedEvent } from 'eventcore'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migratePostgres, PostgresEventStore } from '../src/index.ts'
import { write } from './support/commits.ts'
import { distributionBinaries, run } from './support/distribution.ts'

let server: PostgresServer
let directory: string
beforeAll(async () => {
  server = await startPostgres({ binaries: distributionBinaries(), durable: true })
  directory = await mkdtemp(join(tmpdir(), 'eventcore-dump-'))
})
afterAll(async () => {
  await server.stop()
  await rm(directory, { recursive: true })
})

async function wholeFeed(store: PostgresEventStore, after?: Cursor): Promise<FeedEvent[]> {
  const events: FeedEvent[] = []
  let cursor = after
  for (let atHead = false; !atHead; ) {
    const page = await store.readFeed({ after: cursor, limit: 500 })
    events.push(...page.events)
    cursor = page.cursor
    atHead = page.atHead
  }
  return events
}

describe('a database that was dumped and restored', () => {
  it('goes on behind its last event; checkpoints from before the dump serve, later ones are refused', async () => {
    const { url } = await server.createDatabase()
    const store = await PostgresEventStore.open({ url, maxConnections: 20 })
    for (let i = 0; i < 50; i++) await write(store, `s-${i % 7}`)
    const early = await store.headCursor()
    await write(store, 's-0')
    const dump = join(directory, 'quiet.dump')
    await run('pg_dump', ['--format=custom', `--file=${dump}`, `--dbname=${url}`])
    // What the backup does not have.
    await write(store, 's-1')
    const late = await store.headCursor()
    const lost = (await wholeFeed(store)).length
    await store.close()

    const target = await server.createDatabase()
    await run('pg_restore', ['--exit-on-error', `--dbname=${target.url}`, dump])
    const restored = await PostgresEventStore.open({ url: target.url, migrations: 'verify' })
    expect(await wholeFeed(restored)).toHaveLength(lost - 1)
    await write(restored, 's-2')
    await write(restored, 's-3')
    expect((await wholeFeed(restored, early)).map(({ stream }) => stream)).toEqual(['s-0', 's-2', 's-3'])
    await expect(restored.readFeed({ after: late, limit: 1 })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
    await restored.close()
  })

  it('while appends were running holds whole commits, a feed without holes, and numbers behind its last event', async () => {
    const { url } = await server.createDatabase()
    const store = await PostgresEventStore.open({ url, maxConnections: 20 })
    let running = true
    const writers = Array.from({ length: 8 }, async (_, w) => {
      while (running) await write(store, `s-${w}`)
    })
    const dump = join(directory, 'busy.dump')
    await new Promise((resolve) => setTimeout(resolve, 300))
    await run('pg_dump', ['--format=custom', `--file=${dump}`, `--dbname=${url}`])
    running = false
    await Promise.all(writers)
    const original = await wholeFeed(store)
    await store.close()

    const target = await server.createDatabase()
    await run('pg_restore', ['--exit-on-error', `--dbname=${target.url}`, dump])
    const restored = await PostgresEventStore.open({ url: target.url })
    const kept = await wholeFeed(restored)
    const ids = new Set(kept.map(({ id }) => id))
    expect(kept.length).toBeGreaterThan(0)
    // A snapshot may lack an event that came before another one in the feed, when both were being committed; never one
    // of a stream before a later one of that stream.
    for (const stream of new Set(original.map((event) => event.stream))) {
      const versions = kept.filter((event) => event.stream === stream).map(({ version }) => version)
      expect(versions).toEqual(versions.map((_, i) => i + 1))
      expect((await restored.read([{ stream, after: 0 }], { limit: 0 }))[0]?.version).toBe(versions.length)
    }
    expect(kept.map(({ id }) => id)).toEqual(original.filter(({ id }) => ids.has(id)).map(({ id }) => id))
    const last = kept.at(-1)?.position
    const next = await write(restored, 'new')
    if (last !== undefined) expect(restored.comparePositions(next.position, last)).toBeGreaterThan(0)
    await restored.close()
  })

  it('into tables that a migration made, data only: the numbers are moved behind the last event', async () => {
    const { url } = await server.createDatabase()
    const store = await PostgresEventStore.open({ url })
    for (let i = 0; i < 20; i++) await write(store, 's')
    await store.close()
    const dump = join(directory, 'data.dump')
    // As from a logical replica: rows, and no sequences.
    await run('pg_dump', [
      '--format=custom',
      '--data-only',
      '--exclude-table=eventcore.batches',
      '--exclude-table=eventcore.migrations',
      `--file=${dump}`,
      `--dbname=${url}`,
    ])
    const target = await server.createDatabase()
    await migratePostgres({ url: target.url })
    await run('pg_restore', ['--exit-on-error', `--dbname=${target.url}`, dump])
    const restored = await PostgresEventStore.open({ url: target.url })
    const before = await restored.headCursor()
    const next = await write(restored, 's')
    expect(next.version).toBe(21)
    expect((await wholeFeed(restored, before)).map(({ id }) => id)).toEqual([next.id])
    await restored.close()
  })
})
