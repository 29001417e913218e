import { MemoryEventStore } from '@eventcore/memory'
import { wrapStore } from '@eventcore/testing'
import { CommandExecutor } from 'eventcore'
import { expect, test } from 'vitest'
import { Deposit } from './fixture/account.ts'

// It would be read again and again otherwise, until the time is up.
test.each([
  ['in the middle', 2],
  ['at the end', 3],
])('an event that a store leaves out %s of a stream is a definite error, at once', async (_where, missing) => {
  const inner = new MemoryEventStore()
  const executor = new CommandExecutor(inner)
  for (let i = 0; i < 3; i++) await executor.execute(Deposit({ to: 'alice', amount: 1 }))
  const store = wrapStore(inner, {
    read: async (reads, options) =>
      (await inner.read(reads, options)).map((slice) => ({
        ...slice,
        events: slice.events.filter(({ version }) => version !== missing),
      })),
  })
  await expect(new CommandExecutor(store).execute(Deposit({ to: 'alice', amount: 1 }))).rejects.toMatchObject({
    code: 'STORE_FAILURE',
    message: expect.stringContaining(`Event ${missing} of account/alice is missing`),
  })
})
