import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, reject } from 'eventcore'
import { expect, test } from 'vitest'
import { Door, input, streams } from './fixture/door.ts'

test.each([
  [
    'a plain function',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: ({ door }) => {
        reject('Locked')
        return door.emit('Opened', {})
      },
    }),
  ],
  [
    'a generator',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: function* ({ door, read }) {
        yield* read(Door.readOnly('back'))
        reject('Locked')
        return door.emit('Opened', {})
      },
    }),
  ],
  [
    'an asynchronous one, before it awaits',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: async ({ door }) => {
        reject('Locked')
        await Promise.resolve()
        return door.emit('Opened', {})
      },
    }),
  ],
  [
    'one that decides to write nothing',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: () => {
        reject('Locked')
        return []
      },
    }),
  ],
])('a rejection that is made and not returned fails the command: %s', async (_what, Open) => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  await expect(executor.execute(Open({}))).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: expect.stringMatching(/made the rejection "Locked" and did not return it.*return reject/),
  })
  expect(await store.listStreams({ limit: 10 })).toEqual([])
})

test('a rejection that is thrown is told as what it is', async () => {
  const Open = defineCommand({
    name: 'Open',
    input,
    streams,
    handle: () => {
      throw reject('Locked')
    },
  })
  await expect(new CommandExecutor(new MemoryEventStore()).execute(Open({}))).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: expect.stringMatching(/its handler failed: it threw the rejection "Locked"\. Return it$/),
  })
})

test('the mistake of one command is not held against another, nor is a choice between rejections', async () => {
  const executor = new CommandExecutor(new MemoryEventStore())
  const Careless = defineCommand({
    name: 'Careless',
    input,
    streams,
    handle: ({ door }) => {
      reject('Locked')
      return door.emit('Opened', {})
    },
  })
  const Open = defineCommand({ name: 'Open', input, streams, handle: ({ door }) => door.emit('Opened', {}) })
  const Choose = defineCommand({
    name: 'Choose',
    input,
    streams,
    handle: () => {
      const [first] = [reject('Locked'), reject('Broken')]
      return first ?? []
    },
  })
  const [careless, open, choose] = await Promise.allSettled([
    executor.execute(Careless({})),
    executor.execute(Open({})),
    executor.execute(Choose({})),
  ])
  expect(careless.status).toBe('rejected')
  expect(open).toMatchObject({ value: { status: 'committed' } })
  expect(choose).toMatchObject({ value: { status: 'rejected', code: 'Locked' } })
})
