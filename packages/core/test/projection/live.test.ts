import { MemoryEventStore } from '@eventcore/memory'
import { defineLiveProjection } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Audit, deposited, write } from '../feed/ledger.ts'

const Totals = defineLiveProjection({
  streams: [Account, Audit],
  initial: () => ({ balance: 0, checked: [] as readonly number[] }),
  apply: {
    account: {
      Deposited: (state, { data }) => ({ ...state, balance: state.balance + data.amount }),
      Withdrawn: (state, { data }) => ({ ...state, balance: state.balance - data.amount }),
    },
    audit: { Checked: (state) => ({ ...state, checked: [...state.checked, state.balance] }) },
  },
})

test('a live projection folds several streams in the order of their commits, and goes on from an earlier state', async () => {
  const store = new MemoryEventStore()
  const check = { stream: 'audit/1', type: 'Checked', data: { by: 'bob' } }
  expect((await Totals.read(store)).state).toEqual({ balance: 0, checked: [] })
  await write(store, deposited('alice', 5))
  await write(store, check)
  await write(store, deposited('bob', 7))
  const first = await Totals.read(store)
  expect(first.state).toEqual({ balance: 12, checked: [5] })
  await write(store, check, { stream: 'account/bob', type: 'Withdrawn', data: { amount: 2 } })
  expect((await Totals.read(store, { from: first })).state).toEqual({ balance: 10, checked: [5, 12] })
  expect((await Totals.read(store)).state).toEqual({ balance: 10, checked: [5, 12] })
  expect((await Totals.read(store, { filter: { streams: ['account/bob'] } })).state.balance).toBe(5)
  expect(Object.isFrozen(first.state.checked)).toBe(true)
})

test('a live projection refuses what it cannot decode', async () => {
  const store = new MemoryEventStore()
  await write(store, { stream: 'account/alice', type: 'Renamed', data: {} })
  await expect(Totals.read(store)).rejects.toMatchObject({ code: 'EVENT_DECODE_ERROR' })
})
