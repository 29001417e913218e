import { CommandExecutor, defineCommand, defineStream, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

const Pointer = defineStream('pointer', {
  events: { Moved: unchecked<{ to: string }>() },
  initial: () => 'none',
  apply: { Moved: (_state, { to }) => to },
})
const Target = defineStream('target', {
  events: { Hit: unchecked<object>() },
  initial: () => 0,
  apply: { Hit: (hits) => hits + 1 },
})
/** As a newer program has it, which knows one event more. */
const NewTarget = defineStream('target', {
  events: { Hit: unchecked<object>(), Missed: unchecked<object>() },
  initial: () => 0,
  apply: { Hit: (hits) => hits + 1, Missed: (hits) => hits },
})

const Move = defineCommand({
  name: 'Move',
  input: unchecked<{ to: string }>(),
  streams: () => ({ pointer: Pointer('1') }),
  handle: ({ pointer, input }) => pointer.emit('Moved', input),
})
const Miss = defineCommand({
  name: 'Miss',
  input: unchecked<{ target: string }>(),
  streams: ({ target }) => ({ target: NewTarget(target) }),
  handle: ({ target }) => target.emit('Missed', {}),
})
const Shoot = defineCommand({
  name: 'Shoot',
  input: unchecked<object>(),
  streams: () => ({ pointer: Pointer.readOnly('1') }),
  handle: function* ({ pointer, read }) {
    const target = yield* read(Target(pointer.state))
    return target.emit('Hit', {})
  },
})

test('a stream that cannot be read fails a command only if what led to it still holds', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Move({ to: 'old' }))
  const others = new CommandExecutor(store.shared)
  await others.execute(Miss({ target: 'old' }))
  // It does: the error is true.
  expect(await failure(executor.execute(Shoot({})))).toMatchObject({ code: 'EVENT_DECODE_ERROR' })
  expect(store.appends.at(-1)?.[0]?.checks.map(({ stream }) => stream)).toEqual(['pointer/1'])
  // It does not, and the cache does not know yet.
  await others.execute(Move({ to: 'new' }))
  expect(await executor.execute(Shoot({}))).toMatchObject({
    status: 'committed',
    attempts: 2,
    streams: [{ stream: 'pointer/1' }, { stream: 'target/new' }],
  })
})

test('a stream that breaks between two attempts fails a command only if its next run asks for it', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Move({ to: 'old' }))
  await executor.execute(Shoot({}))
  const others = new CommandExecutor(store.shared)
  let disturbed = false
  store.onAppend = async (_commits, proceed) => {
    if (!disturbed) {
      disturbed = true
      await others.execute(Miss({ target: 'old' }))
      await others.execute(Move({ to: 'new' }))
    }
    return await proceed()
  }
  expect(await executor.execute(Shoot({}))).toMatchObject({
    status: 'committed',
    attempts: 2,
    streams: [{ stream: 'pointer/1' }, { stream: 'target/new' }],
  })
})
