import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, defineStream, ensure, unchecked } from 'eventcore'
import { describe, expect, test } from 'vitest'

const Door = defineStream('door', {
  events: { Opened: unchecked<{ by: string }>() },
  initial: () => ({ open: false, openedBy: undefined as string | undefined }),
  apply: { Opened: (_, { by }) => ({ open: true, openedBy: by }) },
})

describe('ensure', () => {
  test('goes on with the narrowed value, or rejects with code and detail', async () => {
    const Greet = defineCommand({
      name: 'Greet',
      input: unchecked<{ door: string }>(),
      streams: ({ door }) => ({ door: Door.readOnly(door), other: Door('other') }),
      handle: function* ({ input, door, other }) {
        const name: string = yield* ensure(door.state.openedBy, 'Closed', { door: input.door })
        return other.emit('Opened', { by: name.toUpperCase() })
      },
    })
    const executor = new CommandExecutor(new MemoryEventStore())
    expect(await executor.execute(Greet({ door: 'front' }))).toMatchObject({
      status: 'rejected',
      code: 'Closed',
      detail: { door: 'front' },
    })
  })

  test('without "yield*" is an error, since it would check nothing', async () => {
    const Careless = defineCommand({
      name: 'Careless',
      input: unchecked<{ door: string }>(),
      streams: ({ door }) => ({ door: Door(door) }),
      handle: ({ door }) => {
        ensure(!door.state.open, 'OpenAlready')
        return door.emit('Opened', { by: 'nobody' })
      },
    })
    const Careful = defineCommand({
      name: 'Careful',
      input: unchecked<{ door: string }>(),
      streams: ({ door }) => ({ door: Door(door) }),
      handle: function* ({ door }) {
        yield* ensure(!door.state.open, 'OpenAlready')
        return door.emit('Opened', { by: 'somebody' })
      },
    })
    const store = new MemoryEventStore()
    const executor = new CommandExecutor(store)
    await expect(executor.execute(Careless({ door: 'front' }))).rejects.toMatchObject({
      code: 'HANDLER_FAILED',
      message: expect.stringContaining('yield*'),
    })
    expect(await store.listStreams({ limit: 10 })).toEqual([])
    // The mistake of one command is not held against the next.
    expect((await executor.execute(Careful({ door: 'front' }))).status).toBe('committed')
  })
})
