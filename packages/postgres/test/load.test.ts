import { startPostgres } from '@eventcore/testing'
import { CommandExecutor, type Commit, defineCommand, defineStream, type StreamSlice } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newCommit, newEvent, write } from './support/commits.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

describe('a command', () => {
  it('takes two statements, one to read and one to append, whatever the number of its streams', async () => {
    const Account = defineStream('account', {
      events: { Booked: z.object({ amount: z.number() }) },
      initial: () => 0,
      apply: { Booked: (sum, { amount }) => sum + amount },
    })
    const Book = defineCommand({
      name: 'Book',
      input: z.object({ accounts: z.array(z.string()) }),
      streams: ({ accounts }) => ({ accounts: Account.many(accounts) }),
      handle: ({ input, accounts }) => input.accounts.map((id) => accounts.of(id).emit('Booked', { amount: 1 })),
    })
    const pool = stage.pool({ connectionString: await stage.database() })
    const statements: string[] = []
    pool.on('connect', (client) => {
      const query = client.query.bind(client)
      const counted = (...args: Parameters<typeof query>) => {
        const [first] = args as readonly unknown[]
        statements.push(typeof first === 'string' ? first : String((first as { readonly text: string }).text))
        return query(...args)
      }
      client.query = counted as typeof client.query
    })
    const store = await stage.store({ pool, notifications: false })
    for (const count of [1, 2, 20, 200]) {
      const executor = new CommandExecutor(store, { cachedStreams: 0 })
      statements.length = 0
      await executor.execute(Book({ accounts: Array.from({ length: count }, (_, i) => `${count}-${i}`) }))
      expect(statements.map((text) => /eventcore"\.(\w+)\(/.exec(text)?.[1])).toEqual(['read_streams', 'append'])
      await executor.close()
    }
  })

  it('holds no connection while its handler runs: with a single one, others are carried out meanwhile', async () => {
    const Note = defineStream('note', {
      events: { Noted: z.object({}) },
      initial: () => 0,
      apply: { Noted: (count) => count + 1 },
    })
    const Take = defineCommand({
      name: 'Take',
      input: z.object({ id: z.string() }),
      streams: ({ id }) => ({ note: Note(id) }),
      handle: ({ note }) => note.emit('Noted', {}),
    })
    const store = await stage.store({ url: await stage.database(), maxConnections: 1, connectTimeoutMs: 2_000 })
    const executor = new CommandExecutor(store)
    const TakeSlowly = defineCommand({
      name: 'TakeSlowly',
      input: z.object({ id: z.string() }),
      streams: ({ id }) => ({ note: Note(id) }),
      handle: async ({ note, read }) => {
        for (const other of ['a', 'b']) await executor.execute(Take({ id: other }))
        await read(Note('c'))
        return note.emit('Noted', {})
      },
    })
    expect((await executor.execute(TakeSlowly({ id: 'slow' }))).status).toBe('committed')
    await executor.close()
  })
})

describe('wide batches', () => {
  it('of 50 connections at once neither exhaust the lock table of the server nor fail others', async () => {
    // With the lock table that a server has by default: 64 locks for each of 100 connections.
    const server = await startPostgres({ own: true, settings: { max_connections: '100' } })
    stage.later(() => server.stop())
    const { url } = await server.createDatabase()
    const setUp = await stage.store({ url })
    const shared = Array.from({ length: 40 }, (_, i) => `shared-${i}`)
    for (const stream of shared) await write(setUp, stream)
    const stores = await Promise.all(
      Array.from({ length: 50 }, () => stage.store({ url, maxConnections: 1, notifications: false })),
    )
    const outsider = await stage.client(url)
    await outsider.query('create table foreign_work (x integer)')
    let running = true
    const foreign = (async () => {
      while (running) {
        await outsider.query('begin')
        await outsider.query('select pg_advisory_xact_lock(n) from generate_series(1, 500) n')
        await outsider.query('insert into foreign_work values (1)')
        await outsider.query('commit')
      }
    })()
    // 256 commits of 8 new streams each, and two streams that are only read.
    const statuses = await Promise.all(
      stores.map(async (store, s) => {
        const reads = await store.read(
          shared.map((stream) => ({ stream, after: 0 })),
          { limit: 0 },
        )
        const commits = Array.from({ length: 256 }, (_, c): Commit => {
          const streams = Array.from({ length: 8 }, (_, i) => `s-${s}-${c}-${i}`)
          const readOnly = [reads[c % 40], reads[(c + 1) % 40]].flatMap((slice) =>
            slice === undefined ? [] : [check(slice)],
          )
          return newCommit(
            store,
            [...streams.map((stream) => ({ stream, version: 0, headId: null, base: 0 })), ...readOnly],
            streams.map((stream) => newEvent(store, stream)),
          )
        })
        return (await store.append(commits)).map(({ status }) => status)
      }),
    )
    running = false
    await foreign
    expect(new Set(statuses.flat())).toEqual(new Set(['committed']))
  }, 120_000)
})

describe('a stream that many commands only read', () => {
  it('can still be written to: readers that come later do not pass a waiting writer', async () => {
    const url = await stage.database()
    const store = await stage.store({ url, maxConnections: 20 })
    let limits = await write(store, 'limits')
    let writes = 0
    let reading = true
    // Sixteen readers, so that at each moment some hold the stream.
    const readers = Array.from({ length: 16 }, async (_, r) => {
      while (reading) {
        const [slice, own] = await store.read(
          [
            { stream: 'limits', after: 0 },
            { stream: `own-${r}`, after: 0 },
          ],
          { limit: 0 },
        )
        if (slice === undefined || own === undefined) throw new Error('A read answered too little.')
        await store.append([newCommit(store, [check(slice), check(own)], [newEvent(store, `own-${r}`)])])
      }
    })
    for (; writes < 20; writes++) {
      const commit = newCommit(
        store,
        [{ stream: 'limits', version: limits.version, headId: limits.id, base: 0 }],
        [newEvent(store, 'limits')],
      )
      const [result] = await store.append([commit])
      expect(result?.status).toBe('committed')
      limits = { ...limits, version: limits.version + 1, id: commit.events[0]?.id ?? '' }
    }
    reading = false
    await Promise.all(readers)
    expect(writes).toBe(20)
  }, 60_000)
})

const check = ({ stream, version, headId }: StreamSlice) => ({ stream, version, headId, base: version })
