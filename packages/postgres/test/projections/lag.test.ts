import { describe, expect, it } from 'vitest'
import { absent, newCommit, newEvent } from '../support/commits.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

describe('the lag of a projection', () => {
  it('is counted while it is small, and never walks a long log to be known', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const stream = 'counted'
    await store.append([newCommit(store, [absent(stream)], [newEvent(store, stream)])])
    const first = await store.headCursor()
    const rest = Array.from({ length: 12_000 }, (_, n) => `s${n}`)
    await store.append(rest.map((id) => newCommit(store, [absent(id)], [newEvent(store, id)])))
    const late = (await store.readFeed({ limit: 2_500 })).cursor
    expect(await store.projections.countEvents(late)).toBe(9_501)
    const client = await stage.client(url)
    await client.query('analyze eventcore.events')
    const estimate = await store.projections.countEvents(first)
    expect(estimate).toBeGreaterThan(11_000)
    expect(estimate).toBeLessThan(13_000)
    // As it looks in year three. Whoever counted would still find 12,000.
    await client.query(`update pg_class set reltuples = 2e8 where oid = 'eventcore.events'::regclass`)
    expect(await store.projections.countEvents(first)).toBeGreaterThan(1e8)
  })
})
