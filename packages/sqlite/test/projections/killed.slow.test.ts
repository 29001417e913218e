import { processesContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { withProcesses } from './processes.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)
const report = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

processesContract(
  'sqlite',
  withProcesses,
  { kills: 300, rounds: 30, deaths: 30, timeoutMs: 7_200_000, seed, report },
  { describe, it },
)
