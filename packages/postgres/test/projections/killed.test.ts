import { processesContract } from '@eventcore/testing/contract'
import { afterAll, describe, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

processesContract(
  'postgres',
  withProcesses,
  { kills: 10, rounds: 2, deaths: 2, timeoutMs: 300_000, seed },
  { describe, it },
)

afterAll(dropDatabases)
