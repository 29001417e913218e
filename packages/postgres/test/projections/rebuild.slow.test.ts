import { rebuildContract } from '@eventcore/testing/contract'
import { afterAll, describe, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const load = { history: 30_000, writesPerSecond: 600, kills: 40, seed }
const report = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

rebuildContract('postgres', withProcesses, { ...load, timeoutMs: 1_800_000, report }, { describe, it })

afterAll(dropDatabases)
