import { rebuildContract } from '@eventcore/testing'
import { describe, it } from 'vitest'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const load = { history: 2_000, writesPerSecond: 100, kills: 2, seed }

rebuildContract('sqlite', withProcesses, { ...load, timeoutMs: 180_000 }, { describe, it })
