import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreLocation } from './store-url.ts'

/** A bank statement is taken over once, however often the program is started: the bank stays where it is. */
export const STATEMENT_STORE: StoreLocation = { kind: 'sqlite', path: 'bank.db' }

/** The sample begins with a new bank each time: it is there to be watched. The file stays, for those who want to look into it. */
export async function newSampleStore(): Promise<StoreLocation> {
  return { kind: 'sqlite', path: join(await mkdtemp(join(tmpdir(), 'eventcore-banking-')), 'bank.db') }
}
