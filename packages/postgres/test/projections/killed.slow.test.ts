import { processesContract } from '@eventcore/testing'
import { afterAll, describe, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const report = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

processesContract(
  'postgres',
  withProcesses,
  { kills: 100, rounds: 20, timeoutMs: 2_400_000, seed, report },
  { describe, it },
)

afterAll(dropDatabases)
