import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Books } from './log/books.ts'
import { messageOf, ProgramError } from './program-error.ts'

/**
 * Writes the accounts' balances as CSV, in minor units, sorted by account.
 * @throws ProgramError (`BALANCES_UNWRITABLE`)
 */
export async function writeBalances(path: string, books: Books): Promise<void> {
  try {
    await pipeline(Readable.from(lines(books)), createWriteStream(path))
  } catch (cause) {
    throw new ProgramError('BALANCES_UNWRITABLE', `The balances cannot be written: ${messageOf(cause)}.`, { cause })
  }
}

function* lines({ accounts }: Books): Generator<string> {
  yield 'account,balance\n'
  const byAccount = new Intl.Collator('en', { numeric: true }).compare
  for (const id of [...accounts.keys()].sort(byAccount)) yield `${id},${accounts.get(id)?.balance ?? 0}\n`
}
