import { type Commit, defineStream, readState, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account } from '../executor/fixture/account.ts'
import { HookedStore } from '../executor/fixture/hooked-store.ts'

function grow(store: HookedStore, count: number): void {
  const stream = 'account/a'
  const known = store.shared.log.streams.get(stream)
  const commit: Commit = {
    commandId: store.newId(),
    commandName: 'Grow',
    inputHash: '',
    checks: [{ stream, version: known?.version ?? 0, headId: known?.id ?? null, base: 0 }],
    events: Array.from({ length: count }, () => ({
      id: store.newId(),
      stream,
      type: 'Deposited',
      data: '{"amount":1}',
    })),
    recordedAt: 0,
    correlationId: 'grow',
    causationId: null,
    metadata: '{}',
  }
  store.shared.appendNow([commit])
}

test('a stream is read at one version, although it grows faster than its pages come', async () => {
  const store = new HookedStore()
  grow(store, 2_500)
  store.onRead = async (_reads, proceed) => {
    const slices = await proceed()
    grow(store, 1_500)
    return slices
  }
  const found = await readState(store, Account('a'))
  expect(found).toEqual({
    stream: 'account/a',
    key: 'a',
    version: 2_500,
    exists: true,
    state: { balance: 2_500, count: 2_500 },
  })
  // It took three pages, and the stream has grown after each.
  expect((await readState(store, Account.readOnly('a'))).version).toBe(7_000)
})

test('a stream that does not exist has its initial state, frozen', async () => {
  const found = await readState(new HookedStore(), Account('nobody'))
  expect(found).toMatchObject({ version: 0, exists: false })
  expect(Object.isFrozen(found.state)).toBe(true)
})

test('an event that the definition does not know is an error, and not left out', async () => {
  const store = new HookedStore()
  grow(store, 1)
  const Other = defineStream('account', {
    events: { Withdrawn: unchecked<{ amount: number }>() },
    initial: () => 0,
    apply: { Withdrawn: (balance) => balance },
  })
  await expect(readState(store, Other('a'))).rejects.toMatchObject({ code: 'EVENT_DECODE_ERROR' })
})
