import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, reject } from 'eventcore'
import { expect, test } from 'vitest'
import { Door, input, streams } from './fixture/door.ts'

test.each([
  [
    'a generator',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: function* ({ door, read }) {
        yield* read(Door.readOnly('side'))
        read(Door.readOnly('back'))
        return door.emit('Opened', {})
      },
    }),
  ],
  [
    'an asynchronous one',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: async ({ door, read }) => {
        await read(Door.readOnly('side'))
        read({ back: Door.readOnly('back') })
        return door.emit('Opened', {})
      },
    }),
  ],
  [
    'a plain function, which cannot read',
    defineCommand({
      name: 'Open',
      input,
      streams,
      handle: ({ door, read }) => {
        read(Door.readOnly('back'))
        return door.emit('Opened', {})
      },
    }),
  ],
])('a read that nobody waits for fails the command: %s', async (_, Open) => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  await expect(executor.execute(Open({}))).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: expect.stringContaining('Write "yield* read(...)"'),
  })
  expect((await store.readFeed({ limit: 10 })).events).toEqual([])
})

test('a read that turns out not to be needed for a rejection is no mistake', async () => {
  const Refuse = defineCommand({
    name: 'Refuse',
    input,
    streams,
    handle: async ({ read }) => {
      read(Door.readOnly('back'))
      return reject('No')
    },
  })
  const executor = new CommandExecutor(new MemoryEventStore())
  expect(await executor.execute(Refuse({}))).toMatchObject({ status: 'rejected', code: 'No' })
})

test('reads at once, each awaited by what joins them, are none', async () => {
  const Open = defineCommand({
    name: 'Open',
    input,
    streams,
    handle: async ({ door, read }) => {
      const [back, side] = await Promise.all([read(Door.readOnly('back')), read(Door.readOnly('side'))])
      return back.exists || side.exists ? reject('Draught') : door.emit('Opened', {})
    },
  })
  const executor = new CommandExecutor(new MemoryEventStore())
  const outcome = await executor.execute(Open({}))
  expect(outcome).toMatchObject({
    status: 'committed',
    streams: [{}, { stream: 'door/back' }, { stream: 'door/side' }],
  })
})
