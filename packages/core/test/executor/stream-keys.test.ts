import { CommandExecutor, defineCommand, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'

test('a stream says what the command named it by', async () => {
  const keys: string[] = []
  const Look = defineCommand({
    name: 'Look',
    input: unchecked<{ ids: readonly string[] }>(),
    streams: ({ ids }) => ({ accounts: Account.manyReadOnly(ids) }),
    handle: ({ accounts }) => {
      for (const { key, stream } of accounts) keys.push(key, stream)
      return []
    },
  })
  await new CommandExecutor(new HookedStore()).execute(Look({ ids: ['a', 'b/c'] }))
  expect(keys).toEqual(['a', 'account/a', 'b/c', 'account/b/c'])
})
