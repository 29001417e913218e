import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryEventStore } from '@eventcore/memory'
import { SqliteEventStore } from '@eventcore/sqlite'
import { type EventStore, type FeedQuery, readEvents, subscribe } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { Account, Audit, deposited, write } from './ledger.ts'

const stores: Record<string, (use: (store: EventStore) => Promise<void>) => Promise<void>> = {
  memory: async (use) => await use(new MemoryEventStore()),
  sqlite: async (use) => {
    const directory = await mkdtemp(join(tmpdir(), 'eventcore-feed-'))
    const store = await SqliteEventStore.open(join(directory, 'store.db'))
    try {
      await use(store)
    } finally {
      await store.close()
      await rm(directory, { recursive: true })
    }
  },
}

for (const [name, withStore] of Object.entries(stores)) {
  describe(`subscriptions on ${name}`, () => {
    test('events come typed, with their envelope', () =>
      withStore(async (store) => {
        await write(store, deposited('alice', 5), { stream: 'audit/1', type: 'Checked', data: { by: 'bob' } })
        const seen: string[] = []
        for await (const event of readEvents(store, { streams: [Account, Audit] })) {
          if (event.streamName === 'audit') seen.push(`${event.data.by} ${event.key}`)
          else if (event.type === 'Deposited') seen.push(`${event.data.amount} ${event.key} ${event.version}`)
          expect(event.commit.metadata).toEqual({ actor: 'tester' })
          expect(event.time).toBe(1_764_000_000_000)
        }
        expect(seen).toEqual(['5 alice 1', 'bob 1'])
      }))

    test('only what is asked for comes, and events of other streams do not', () =>
      withStore(async (store) => {
        await write(store, deposited('alice', 1), deposited('bob', 2), {
          stream: 'other/1',
          type: 'Deposited',
          data: {},
        })
        await write(store, { stream: 'account/bob', type: 'Withdrawn', data: { amount: 1 } })
        const streams = async (filter: object): Promise<string[]> => {
          const keys: string[] = []
          for await (const event of readEvents(store, { streams: [Account, Audit], filter }))
            keys.push(`${event.key}.${event.type}`)
          return keys
        }
        expect(await streams({})).toEqual(['alice.Deposited', 'bob.Deposited', 'bob.Withdrawn'])
        expect(await streams({ types: ['Withdrawn'] })).toEqual(['bob.Withdrawn'])
        expect(await streams({ streams: [Account.idOf('alice')] })).toEqual(['alice.Deposited'])
        expect(await streams({ prefix: 'account/b' })).toEqual(['bob.Deposited', 'bob.Withdrawn'])
        expect(await streams({ pattern: '*/[!a]*' })).toEqual(['bob.Deposited', 'bob.Withdrawn'])
        expect(await streams({ pattern: '*/a*' })).toEqual(['alice.Deposited'])
      }))

    test('of several kinds of streams the store is asked for theirs, and sends no others', () =>
      withStore(async (store) => {
        await write(store, deposited('alice', 1), { stream: 'audit/1', type: 'Checked', data: { by: 'bob' } })
        await write(store, { stream: 'accounts/1', type: 'Deposited', data: {} })
        const sent: string[] = []
        const watched = new Proxy(store, {
          get: (of, name) => {
            const member: unknown = Reflect.get(of, name)
            if (typeof member !== 'function') return member
            if (name !== 'readFeed') return member.bind(of)
            return async (query: FeedQuery) => {
              const page = await of.readFeed(query)
              sent.push(...page.events.map(({ stream }) => stream))
              return page
            }
          },
        })
        for await (const _ of readEvents(watched, { streams: [Account, Audit] }));
        expect(sent).toEqual(['account/alice', 'audit/1'])
      }))

    test('an event that cannot be decoded is an error at its place, and nothing is skipped', () =>
      withStore(async (store) => {
        await write(store, deposited('alice', 1))
        await write(store, { stream: 'account/alice', type: 'Renamed', data: {} })
        await write(store, deposited('alice', 2))
        const seen: number[] = []
        const reading = async (): Promise<void> => {
          for await (const event of readEvents(store, { streams: [Account] })) seen.push(event.version)
        }
        await expect(reading()).rejects.toMatchObject({ code: 'EVENT_DECODE_ERROR', version: 2 })
        expect(seen).toEqual([1])
      }))

    test('a cursor goes on where its page ended', () =>
      withStore(async (store) => {
        for (let i = 1; i <= 7; i++) await write(store, deposited('alice', i))
        const first = readEvents(store, { streams: [Account], pageSize: 3 })
        const seen: number[] = []
        for await (const event of first) {
          seen.push(event.version)
          if (event.version === 4) break
        }
        const second: number[] = []
        for await (const event of readEvents(store, { streams: [Account], after: first.cursor }))
          second.push(event.version)
        expect(seen).toEqual([1, 2, 3, 4])
        expect(second).toEqual([4, 5, 6, 7])
      }))

    test('a live subscription waits for more, and ends when it is aborted', () =>
      withStore(async (store) => {
        const controller = new AbortController()
        const seen: number[] = []
        const following = (async () => {
          for await (const event of subscribe(store, { streams: [Account], signal: controller.signal })) {
            seen.push(event.version)
            if (seen.length === 3) setTimeout(() => controller.abort(), 5)
          }
        })()
        for (let i = 1; i <= 3; i++) {
          await sleep(3)
          await write(store, deposited('alice', i))
        }
        await following
        expect(seen).toEqual([1, 2, 3])
      }))
  })
}

describe('reading ahead', () => {
  /** The store, and how many pages were asked for. `answer` stands between. */
  async function pages(answer: (page: number) => void = () => undefined) {
    const store = new MemoryEventStore()
    for (let i = 1; i <= 9; i++) await write(store, deposited('alice', i))
    const asked = { pages: 0 }
    const readFeed = async (query: FeedQuery) => {
      const page = ++asked.pages
      await sleep(1)
      answer(page)
      return await store.readFeed(query)
    }
    const watched = new Proxy(store, {
      get: (of, name) => {
        const member: unknown = name === 'readFeed' ? readFeed : Reflect.get(of, name)
        return typeof member === 'function' ? member.bind(of) : member
      },
    })
    return { store: watched, asked }
  }

  test('goes one page further than the consumer, and no more', async () => {
    const { store, asked } = await pages()
    const ahead: number[] = []
    for await (const { version } of readEvents(store, { pageSize: 3 })) {
      await sleep(5)
      if (version % 3 === 1) ahead.push(asked.pages)
    }
    expect(ahead.slice(0, 2)).toEqual([2, 3])
    expect(asked.pages).toBeLessThanOrEqual(4)
  })

  test('ends with the abort', async () => {
    const { store, asked } = await pages()
    const controller = new AbortController()
    for await (const _ of subscribe(store, { pageSize: 3, signal: controller.signal })) {
      await sleep(5)
      controller.abort()
    }
    await sleep(10)
    expect(asked.pages).toBe(2)
  })

  test('fails where the page would have come, after all events before it', async () => {
    const { store } = await pages((page) => {
      if (page === 2) throw new TypeError('lost')
    })
    const seen: number[] = []
    const reading = async (): Promise<void> => {
      for await (const { version } of readEvents(store, { pageSize: 3 })) {
        await sleep(5)
        seen.push(version)
      }
    }
    await expect(reading()).rejects.toThrow('lost')
    expect(seen).toEqual([1, 2, 3])
  })
})
