import { processesContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

processesContract(
  'sqlite',
  withProcesses,
  { kills: 10, rounds: 2, deaths: 2, timeoutMs: 300_000, seed },
  { describe, it },
)
