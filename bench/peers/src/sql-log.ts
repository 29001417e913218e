import pg from 'pg'
import type { Entry } from '../../src/harness/audit.ts'
import { entryOf } from './participant.ts'

/** Reads a log past the library that wrote it. The query gives account, type and amount, in the order of the log. */
export async function readLog(url: string, text: string): Promise<readonly Entry[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ account: string; type: string; amount: string | null }>(text)
    return rows.map(({ account, type, amount }) => entryOf(account, type, Number(amount ?? 0)))
  } finally {
    await client.end()
  }
}
