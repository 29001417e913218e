import { MemoryEventStore } from '@eventcore/memory'
import { type AnyRejection, type Command, CommandExecutor } from 'eventcore'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BookCash } from '../src/commands/book-cash.ts'
import { BookCollection } from '../src/commands/book-collection.ts'
import { BookRemittance } from '../src/commands/book-remittance.ts'
import { Deposit } from '../src/commands/deposit.ts'
import { GrantApproval } from '../src/commands/grant-approval.ts'
import { OpenAccount } from '../src/commands/open-account.ts'
import { SetLimits } from '../src/commands/set-limits.ts'
import { Transfer } from '../src/commands/transfer.ts'
import { Withdraw } from '../src/commands/withdraw.ts'
import { readBooks } from '../src/log/read-books.ts'
import { RETAIL } from '../src/streams/limits.ts'

type AnyCommand = Command<string, AnyRejection>

const account = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const amount = fc.integer({ min: 1, max: 400 })
const bank = fc.constantFrom('AB', 'CD')
const bookedOn = '1993-01-31'

/** Everything that customers do. */
const customers: fc.Arbitrary<AnyCommand> = fc.oneof(
  { weight: 1, arbitrary: account.map((id) => OpenAccount({ account: id, owner: id, deposit: 500 })) },
  { weight: 1, arbitrary: fc.record({ account, amount }).map((input) => Deposit(input)) },
  { weight: 1, arbitrary: fc.record({ account, amount }).map((input) => Withdraw(input)) },
  { weight: 1, arbitrary: account.map((id) => GrantApproval({ account: id, by: 'branch' })) },
  {
    weight: 6,
    arbitrary: fc
      .record({ from: account, to: account, amount })
      .filter(({ from, to }) => from !== to)
      .map((input) => Transfer(input)),
  },
)

/** What other banks report, which may overdraw accounts. */
const bookings: fc.Arbitrary<AnyCommand> = fc.oneof(
  fc
    .record({ account, amount, entry: fc.constantFrom('CashDeposited', 'CashWithdrawn', 'ChargeDebited') })
    .map((input) => BookCash({ ...input, bookedOn })),
  fc.record({ account, amount, bank }).map((input) => BookRemittance({ ...input, bookedOn })),
  fc.record({ account, amount, bank }).map((input) => BookCollection({ ...input, bookedOn })),
)

/** Enough of them that accounts run dry. */
const manyOf = (commands: fc.Arbitrary<AnyCommand>) =>
  fc.array(commands, { minLength: 30, maxLength: 120, size: 'max' })

/** Runs the commands at once, on two executors that do not know of each other. */
async function runAll(commands: readonly AnyCommand[]) {
  const store = new MemoryEventStore()
  const executors = [new CommandExecutor(store, { maxAttempts: 100 }), new CommandExecutor(store, { maxAttempts: 100 })]
  await executors[0]?.execute(SetLimits({ policy: RETAIL, approvalAbove: 200, maximum: 300 }))
  await Promise.all(commands.map((command, index) => executors[index % 2]?.execute(command)))
  return await readBooks(store)
}

test('any mix of commands conserves money, and no customer is overdrawn', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(manyOf(customers), async (commands) => {
      const books = await runAll(commands)
      expect(books.unbalanced).toBe(0)
      expect(books.held).toBe(books.cameIn - books.wentOut)
      for (const { balance } of books.accounts.values()) expect(balance).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 60 },
  )
})

test('bookings of other banks conserve money, what they hold included', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(manyOf(fc.oneof(customers, bookings)), async (commands) => {
      const books = await runAll(commands)
      expect(books.conserved).toBe(true)
      expect(books.held + books.owed).toBe(books.cameIn - books.wentOut)
    }),
    { numRuns: 60 },
  )
})
