import type { Commit } from 'eventcore'
import type { Client } from 'pg'
import { ColumnWriter } from '../../src/append/column-writer.ts'
import { encodeBatch } from '../../src/append/encode-batch.ts'

/**
 * Calls the append function inside a transaction that stays open: an append in slow motion, as a backend is that waits for
 * its disk.
 */
export async function beginAppend(client: Client, commits: readonly Commit[]): Promise<void> {
  const { values } = encodeBatch(new ColumnWriter(), commits, true)
  const parameters = Array.from({ length: values.length + 2 }, (_, i) => `$${i + 1}`).join(', ')
  await client.query('begin')
  await client.query(`select * from eventcore.append(${parameters})`, [...values, 1_000, true])
}
