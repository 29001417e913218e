import { deposit, foldOfLog } from '@eventcore/testing/contract'
import { ProjectionRunner } from 'eventcore'
import { expect, test } from 'vitest'
import { SqliteEventStore } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { ledger, ledgerRows } from './ledger.ts'

test('an inline projection makes up for a few events that were appended without it, and refuses to miss many', async () => {
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  const without = await SqliteEventStore.open(path)
  for (let i = 0; i < 5; i++) await deposit(without, [{ key: 'alice', amount: i }])
  const store = await SqliteEventStore.open(path, { inlineProjections: [ledger({})] })
  try {
    await deposit(store, [{ key: 'bob' }])
    expect(await ledgerRows(store)).toEqual(await foldOfLog(store))
    await deposit(
      without,
      Array.from({ length: 1_001 }, () => ({ key: 'alice' })),
    )
    await expect(deposit(store, [{ key: 'bob' }])).rejects.toThrow(/more than 1000 events behind/)
    expect((await ledgerRows(store)).get('account/bob')?.balance).toBe(1)
    const runner = new ProjectionRunner(store, ledger({}))
    runner.start()
    const head = await store.projections.headPosition()
    if (head !== undefined) await runner.waitFor(head)
    await runner.stop()
    await deposit(store, [{ key: 'bob' }])
    expect(await ledgerRows(store)).toEqual(await foldOfLog(store))
  } finally {
    await without.close()
    await store.close()
    await directory.remove()
  }
})
