import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, type FeedEvent } from 'eventcore'
import { expect, test } from 'vitest'
import { BookRemittance } from '../src/commands/book-remittance.ts'
import { OpenAccount } from '../src/commands/open-account.ts'
import { SetLimits } from '../src/commands/set-limits.ts'
import { Transfer } from '../src/commands/transfer.ts'
import { Books } from '../src/log/books.ts'
import { readBooks } from '../src/log/read-books.ts'
import { RETAIL } from '../src/streams/limits.ts'

/** The log of a transfer and a remittance. */
async function log(): Promise<readonly FeedEvent[]> {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  await executor.execute(SetLimits({ policy: RETAIL, approvalAbove: 1_000, maximum: 1_000 }))
  await executor.execute(OpenAccount({ account: 'a', owner: 'Ada', deposit: 500 }))
  await executor.execute(OpenAccount({ account: 'b', owner: 'Bob' }))
  await executor.execute(Transfer({ from: 'a', to: 'b', amount: 200 }))
  await executor.execute(BookRemittance({ account: 'b', bank: 'AB', amount: 150, bookedOn: '1993-01-31' }))
  return (await store.readFeed({ limit: 100 })).events
}

function booksOf(events: readonly FeedEvent[]): Books {
  const books = new Books()
  for (const event of events) books.add(event)
  return books
}

test('the books know what every account has, and what partner banks are owed', async () => {
  const books = booksOf(await log())
  expect(Object.fromEntries([...books.accounts].map(([id, { balance }]) => [id, balance]))).toEqual({ a: 300, b: 50 })
  expect(Object.fromEntries(books.clearing)).toEqual({ AB: 150 })
  expect(books).toMatchObject({ cameIn: 500, wentOut: 0, held: 350, owed: 150, unbalanced: 0, conserved: true })
})

test.each(['TransferSent', 'TransferReceived', 'RemittanceSent', 'RemittanceCleared'])(
  'a log that lost its %s is found out',
  async (type) => {
    const books = booksOf((await log()).filter((event) => event.type !== type))
    expect(books).toMatchObject({ unbalanced: 1, conserved: false })
  },
)

test('a log in which one side of a transfer says another amount is found out', async () => {
  const events = (await log()).map((event) =>
    event.type === 'TransferReceived' ? { ...event, data: event.data.replace('200', '201') } : event,
  )
  expect(booksOf(events)).toMatchObject({ unbalanced: 1, conserved: false })
})

test('two torn commands that even each other out are found out', async () => {
  // One lost its money on the way and the other made as much: in total nothing is missing.
  const events = await log()
  const [sent, received] = ['TransferSent', 'TransferReceived'].map((type) =>
    events.find((event) => event.type === type),
  )
  if (sent === undefined || received === undefined) throw new Error('There is no transfer in the log.')
  const other = { ...received, commit: { ...received.commit, commandId: 'another command' } }
  const books = booksOf(events.map((event) => (event === received ? other : event)))
  expect(books.held + books.owed).toBe(books.cameIn - books.wentOut)
  expect(books).toMatchObject({ unbalanced: 2, conserved: false })
})

test('an event that the books do not know is an error, not a hole', async () => {
  const [event] = (await log()).filter(({ stream }) => stream.startsWith('account/'))
  if (event === undefined) throw new Error('The log is empty.')
  expect(() => booksOf([{ ...event, type: 'MoneyMoved' }])).toThrow(/MoneyMoved, of which the books know nothing/)
})

test('a log of many pages is read to its end', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  const opened = Array.from({ length: 1_700 }, (_, n) =>
    executor.execute(OpenAccount({ account: String(n), owner: 'Somebody', deposit: 1 })),
  )
  await Promise.all(opened)
  expect(await readBooks(store)).toMatchObject({ events: 3_400, cameIn: 1_700, held: 1_700, conserved: true })
})
