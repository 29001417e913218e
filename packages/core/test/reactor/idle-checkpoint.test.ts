// A checkpoint that was forgotten meanwhile is not put back by an owner that only waits.
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryEventStore } from '@eventcore/memory'
import { defineReactor, ReactorRunner } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, deposited, write } from '../feed/ledger.ts'

test('an owner at the head moves its checkpoint only from where it left it', async () => {
  const store = new MemoryEventStore()
  const seen: number[] = []
  const reactor = defineReactor({
    name: 'watch',
    streams: [Account],
    from: 'start',
    handlers: { account: { Deposited: ({ data }) => seen.push(data.amount), otherwise: 'ignore' } },
  })
  const runner = new ReactorRunner(store, reactor)
  runner.start()
  const [position] = await write(store, deposited('alice', 1))
  await runner.waitFor(position as never)
  await store.checkpoints.delete(runner.id)
  await write(store, { stream: 'audit/1', type: 'Checked', data: { by: 'bob' } })
  for (let i = 0; i < 2_000 && seen.length < 2; i++) await sleep(5)
  await runner.stop()
  expect(seen).toEqual([1, 1])
})
