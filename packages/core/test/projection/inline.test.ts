import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineProjection as defineInMemory, MemoryEventStore } from '@eventcore/memory'
import { defineProjection as defineInSqlite, SqliteEventStore } from '@eventcore/sqlite'
import {
  CommandExecutor,
  type Commit,
  defineCommand,
  type EventStore,
  ProjectionRunner,
  type StreamCheck,
  unchecked,
} from 'eventcore'
import { afterEach, describe, expect, test } from 'vitest'
import { Account, deposited, wholeFeed, write } from '../feed/ledger.ts'

const POISON = 666

interface Opened {
  readonly store: EventStore
  readonly balances: () => Promise<Record<string, number>>
}

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const inMemory = defineInMemory({
  name: 'balances',
  version: 1,
  streams: [Account],
  handlers: {
    account: {
      Deposited: ({ key, data }, tx) => {
        const table = tx.table<number>('balances')
        table.set(key, (table.get(key) ?? 0) + data.amount)
        if (data.amount === POISON) throw new Error('poison')
      },
      otherwise: 'ignore',
    },
  },
})

const inSqlite = defineInSqlite({
  name: 'balances',
  version: 1,
  streams: [Account],
  setUp: (tx) => tx.exec('CREATE TABLE IF NOT EXISTS balances (account TEXT PRIMARY KEY, balance INTEGER) STRICT'),
  handlers: {
    account: {
      Deposited: ({ key, data }, tx) => {
        tx.run(
          'INSERT INTO balances VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET balance = balance + excluded.balance',
          key,
          data.amount,
        )
        if (data.amount === POISON) throw new Error('poison')
      },
      otherwise: 'ignore',
    },
  },
})

async function sqliteFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-inline-'))
  cleanups.push(() => rm(directory, { recursive: true }))
  return join(directory, 'store.db')
}

async function openSqlite(path: string): Promise<Opened & { readonly store: SqliteEventStore }> {
  const store = await SqliteEventStore.open(path, { inlineProjections: [inSqlite] })
  cleanups.push(() => store.close())
  const balances = async (): Promise<Record<string, number>> => {
    const rows = await store.projections.query<{ account: string; balance: number }>('SELECT * FROM balances')
    return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]))
  }
  return { store, balances }
}

const stores: Record<string, () => Promise<Opened>> = {
  memory: async () => {
    const store = new MemoryEventStore({ inlineProjections: [inMemory] })
    return { store, balances: async () => Object.fromEntries(store.readModel<number>('balances').entries()) }
  },
  sqlite: async () => openSqlite(await sqliteFile()),
}

async function fold(store: EventStore): Promise<Record<string, number>> {
  const balances: Record<string, number> = {}
  for (const { stream, data } of await wholeFeed(store)) {
    const key = stream.slice('account/'.length)
    balances[key] = (balances[key] ?? 0) + (JSON.parse(data) as { amount: number }).amount
  }
  return balances
}

const commitOf = (store: EventStore, check: Partial<StreamCheck> & { stream: string }, amount: number): Commit => ({
  commandId: store.newId(),
  commandName: 'Deposit',
  inputHash: 'hash',
  checks: [{ version: 0, headId: null, base: check.version ?? 0, ...check }],
  events: [{ id: store.newId(), stream: check.stream, type: 'Deposited', data: `{"amount":${amount}}` }],
  recordedAt: 1_764_000_000_000,
  correlationId: 'c',
  causationId: null,
  metadata: '{}',
})

for (const [name, open] of Object.entries(stores)) {
  describe(`an inline projection on ${name}`, () => {
    test('contains what was committed when the commit resolves', async () => {
      const { store, balances } = await open()
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let i = 0; i < 10; i++) {
            await write(store, deposited(`own-${writer}`, i), deposited(`shared-${i % 2}`, 1))
            expect((await balances())[`own-${writer}`]).toBe((i * (i + 1)) / 2)
          }
        }),
      )
      expect(await balances()).toEqual(await fold(store))
    })

    test('that fails fails its commit, and no other of the batch', async () => {
      const { store, balances } = await open()
      await write(store, deposited('alice', 1))
      const [slice] = await store.read([{ stream: 'account/alice', after: 0 }])
      const alice = { stream: 'account/alice', version: 1, headId: slice?.headId ?? null }
      const results = await store.append([
        commitOf(store, { stream: 'account/bob' }, 2),
        commitOf(store, alice, POISON),
        commitOf(store, { stream: 'account/new' }, POISON),
        commitOf(store, alice, 3),
      ])
      expect(results.map(({ status }) => status)).toEqual(['committed', 'failed', 'failed', 'committed'])
      expect(results[1]).toMatchObject({ error: { code: 'STORE_FAILURE', message: expect.stringMatching(/poison/) } })
      expect(await balances()).toEqual({ alice: 4, bob: 2 })
      expect(await fold(store)).toEqual({ alice: 4, bob: 2 })
      expect(await store.listStreams({ limit: 10 })).toEqual([
        { stream: 'account/alice', version: 2 },
        { stream: 'account/bob', version: 1 },
      ])
      await write(store, deposited('new', 5))
      expect(await balances()).toEqual({ alice: 4, bob: 2, new: 5 })
    })

    test('that fails is an error of the command, which wrote nothing', async () => {
      const { store, balances } = await open()
      const Deposit = defineCommand({
        name: 'Deposit',
        input: unchecked<{ amount: number }>(),
        streams: () => ({ alice: Account('alice') }),
        handle: ({ input, alice }) => [alice.emit('Deposited', { amount: input.amount })],
      })
      const executor = new CommandExecutor(store)
      await executor.executeOrThrow(Deposit({ amount: 4 }))
      await expect(executor.execute(Deposit({ amount: POISON }))).rejects.toMatchObject({ code: 'STORE_FAILURE' })
      await executor.executeOrThrow(Deposit({ amount: 5 }))
      expect(await balances()).toEqual({ alice: 9 })
    })
  })
}

test('an inline projection makes up for a few events that were appended without it, and refuses to miss many', async () => {
  const path = await sqliteFile()
  const without = await SqliteEventStore.open(path)
  cleanups.push(() => without.close())
  for (let i = 0; i < 5; i++) await write(without, deposited('alice', i))
  const { store, balances } = await openSqlite(path)
  await write(store, deposited('bob', 1))
  expect(await balances()).toEqual({ alice: 10, bob: 1 })
  await write(without, ...Array.from({ length: 1_001 }, () => deposited('alice', 1)))
  await expect(write(store, deposited('bob', 1))).rejects.toThrow(/more than 1000 events behind/)
  expect((await balances()).bob).toBe(1)
  const runner = new ProjectionRunner(store, inSqlite)
  runner.start()
  const head = await store.projections.headPosition()
  if (head !== undefined) await runner.waitFor(head)
  await runner.stop()
  await write(store, deposited('bob', 1))
  expect(await balances()).toEqual({ alice: 1_011, bob: 2 })
  expect(await fold(store)).toEqual(await balances())
})
