import { rebuildContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
// So much that a process cannot have made up for it before it is killed: with 2,000 events one in three runs on an idle machine had.
const load = { history: 30_000, writesPerSecond: 100, kills: 2, seed }

rebuildContract('sqlite', withProcesses, { ...load, timeoutMs: 180_000 }, { describe, it })
