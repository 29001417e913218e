import { poisonContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { openLedger } from './open-ledger.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const load = { streams: 24, eventsPerStream: 8, always: 3, sometimes: 3, late: 2, seed }

poisonContract('sqlite', openLedger, { ...load, timeoutMs: 120_000 }, { describe, it })
