import { CommandExecutor, defineCommand, defineStream, type EventStore, unchecked } from 'eventcore'

const Account = defineStream('account', {
  events: { Booked: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Booked: (sum, { amount }) => sum + amount },
})

const Book = defineCommand({
  name: 'Book',
  input: unchecked<{ account: string }>(),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ account }) => account.emit('Booked', { amount: 1 }),
})

export interface CrowdedPool {
  readonly committed: number
  /** Sum of what was booked: the outer commands once, and each nested one at least once for each. */
  readonly booked: number
  readonly longestMs: number
  readonly longestNestedMs: number
}

/**
 * Executes so many commands at once, each of which waits in its handler for two commands of its own, one after another, and then
 * reads a stream. Whoever held a connection while a handler runs would soon hold the last one.
 */
export async function crowdPool(store: EventStore, commands: number): Promise<CrowdedPool> {
  const executor = new CommandExecutor(store, { maxAttempts: 1_000, timeoutMs: 120_000 })
  let longestNestedMs = 0
  const nested = async (account: string): Promise<void> => {
    const begun = performance.now()
    await executor.executeOrThrow(Book({ account }))
    longestNestedMs = Math.max(longestNestedMs, performance.now() - begun)
  }
  const BookWithFee = defineCommand({
    name: 'BookWithFee',
    input: unchecked<{ account: string; fees: string; tax: string }>(),
    streams: ({ account }) => ({ account: Account(account) }),
    handle: async ({ input, account, read }) => {
      await nested(input.fees)
      await nested(input.tax)
      // Not before: its own nested command would change what it has read, each time again.
      await read(Account(input.tax))
      return account.emit('Booked', { amount: 1 })
    },
  })
  let longestMs = 0
  const outcomes = await Promise.all(
    Array.from({ length: commands }, async (_, i) => {
      const begun = performance.now()
      const outcome = await executor.executeOrThrow(
        BookWithFee({ account: `outer-${i % 50}`, fees: `fees-${i % 7}`, tax: `tax-${i}` }),
      )
      longestMs = Math.max(longestMs, performance.now() - begun)
      return outcome
    }),
  )
  await executor.close()
  const slices = await store.read(
    Array.from({ length: 50 }, (_, i) => ({ stream: `account/outer-${i}`, after: 0 })),
    { limit: 0 },
  )
  return {
    committed: outcomes.length,
    booked: slices.reduce((sum, { version }) => sum + version, 0),
    longestMs: Math.round(longestMs),
    longestNestedMs: Math.round(longestNestedMs),
  }
}
