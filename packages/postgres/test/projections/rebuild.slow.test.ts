import { rebuildContract } from '@eventcore/testing'
import { afterAll, describe, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const load = { history: 20_000, writesPerSecond: 500, kills: 12, seed }
const report = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

rebuildContract('postgres', withProcesses, { ...load, timeoutMs: 1_800_000, report }, { describe, it })

afterAll(dropDatabases)
