import { getEventListeners } from 'node:events'
import { type AnyRejection, type Command, CommandExecutor, defineCommand, reject, unchecked } from 'eventcore'
import { expect, test, vi } from 'vitest'
import { SeededRandom } from '../../../testing/src/workload/seeded-random.ts'
import { StateCache } from '../../src/executor/state-cache.ts'
import { Account, Deposit, Transfer, Withdraw } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'

const Found = defineCommand({
  name: 'Found',
  input: unchecked<{ from: string; to: string }>(),
  streams: ({ from }) => ({ from: Account(from) }),
  discover: ({ input }) => ({ to: Account(input.to) }),
  handle: function* ({ from, to, read }) {
    const more = yield* read(Account.manyReadOnly([`${from.version}`, `${to.version}`]))
    if (more.of(`${from.version}`).exists) return reject('There')
    return [to.emit('Deposited', { amount: 1 })]
  },
})
const Later = defineCommand({
  name: 'Later',
  input: unchecked<{ from: string; to: string }>(),
  streams: ({ from }) => ({ from: Account(from) }),
  handle: async ({ input, from, read }) => {
    const to = await read(Account(input.to))
    if (from.version % 5 === 4) throw new Error('no')
    return [from.emit('Withdrawn', { amount: 1 }), to.emit('Deposited', { amount: 1 })]
  },
})

test('commands leave nothing behind: no pins, entries, timers or listeners', { timeout: 60_000 }, async () => {
  const seed = 20261123
  const random = new SeededRandom(seed)
  const pin = vi.spyOn(StateCache.prototype, 'pin')
  const unpin = vi.spyOn(StateCache.prototype, 'unpin')
  try {
    const store = new HookedStore(undefined, 2)
    const executor = new CommandExecutor(store, { cachedStreams: 50, retryBaseDelayMs: 0.1, retryMaxDelayMs: 1 })
    const other = new CommandExecutor(store.shared, { cachedStreams: 1 })
    const { signal } = new AbortController()
    const told: Record<string, number> = {}
    for (let round = 0; round < 100; round++) {
      const calls = Array.from({ length: 100 }, async (_, index) => {
        const from = `${random.below(random.chance(0.5) ? 5 : 5_000)}`
        const to = `${random.below(5_000)}x`
        const commands: Command<string, AnyRejection>[] = [
          Deposit({ to, amount: 1 }),
          Withdraw({ from, amount: 1 }),
          Transfer({ from, to, amount: 1 }),
          Found({ from, to }),
          Later({ from, to }),
        ]
        const command = random.pick(commands)
        const own = new AbortController()
        const options = {
          signal: random.chance(0.1) ? own.signal : signal,
          timeoutMs: random.chance(0.05) ? 1 : 5_000,
          ...(random.chance(0.1) ? { commandId: `${round}-${index % 10}` } : {}),
        }
        const outcome = (random.chance(0.9) ? executor : other).execute(command, options)
        if (random.chance(0.5)) own.abort()
        const what = await outcome.then(
          ({ status }) => status,
          (error) => error.code,
        )
        told[what] = (told[what] ?? 0) + 1
      })
      await Promise.all(calls)
    }
    await Promise.all([executor.close(), other.close()])
    for (const what of ['committed', 'rejected', 'HANDLER_FAILED', 'COMMAND_ABORTED'])
      expect(told[what]).toBeGreaterThan(50)
    expect(unpin.mock.calls.length).toBe(pin.mock.calls.length)
    const caches = new Set(pin.mock.contexts as StateCache[])
    expect([...caches].map(({ size }) => size <= 50)).toEqual([true, true])
    expect(getEventListeners(signal, 'abort')).toEqual([])
    // A timer that is set must not keep the process from ending.
    expect(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length).toBeLessThanOrEqual(1)
  } finally {
    pin.mockRestore()
    unpin.mockRestore()
  }
})
