import assert from 'node:assert/strict'
import type { ContractRunner } from '../contract/store-contract.ts'
import { quantiles } from '../torture/quantiles.ts'
import { poisonedProcesses } from './poisoned-processes.ts'
import { killProjecting, type ProjectingProcesses } from './projecting-processes.ts'
import { takeOverProjecting } from './take-over.ts'

const LEASE_MS = 300

export interface ProcessesContractOptions {
  /** How often the process that projects is killed. */
  readonly kills: number
  /** How often the owner among three processes is suspended or killed, in turn. */
  readonly rounds: number
  /** How many processes are ended by one event, one after another. */
  readonly deaths: number
  /** Of each of the tests, for the runner. */
  readonly timeoutMs: number
  /** Decides the random moments. A failure can be had again, as far as processes repeat themselves. */
  readonly seed: number
  /** Is told what was found. */
  readonly report?: (line: string) => void
}

function told(milliseconds: readonly number[]): string {
  const { p50, p99, max } = quantiles(milliseconds)
  return `p50 ${p50}, p99 ${p99}, max ${max} of ${milliseconds.length}`
}

/** Registers what must hold for a ledger that is kept by processes which are killed and suspended at random moments. */
export function processesContract<Tx>(
  name: string,
  withProcesses: <T>(use: (processes: ProjectingProcesses<Tx>) => Promise<T>) => Promise<T>,
  { kills, rounds, deaths, timeoutMs, seed, report = () => undefined }: ProcessesContractOptions,
  { describe, it }: ContractRunner,
): void {
  describe(`processes that project: ${name}`, () => {
    it(
      `killed ${kills} times, the read model is the fold of the log up to its checkpoint each time`,
      async () => {
        const found = await withProcesses((processes) => killProjecting(processes, { kills, seed }))
        const about = `${name}, seed ${seed}: ${JSON.stringify(found)}`
        report(about)
        assert.equal(found.wrong, 0, about)
        // The kills hit work under way, and it got on.
        assert.ok(found.behind > kills / 4 && found.moved > kills / 4, about)
        const atPlaces = Object.values(found.at).reduce((sum, times) => sum + times, 0)
        assert.ok(atPlaces >= kills / 4, about)
      },
      timeoutMs,
    )

    it(
      `of three the owner is suspended or killed ${rounds} times: another takes over, and no event counts twice`,
      async () => {
        const found = await withProcesses((processes) =>
          takeOverProjecting(processes, { rounds, leaseMs: LEASE_MS, seed }),
        )
        const about = `${name}, seed ${seed}, leases of ${LEASE_MS} ms: ${JSON.stringify(found)}`
        report(about)
        report(
          `fail-over in ms: of a suspended owner ${told(found.stoppedMs)}; of a killed one ${told(found.killedMs)}; ` +
            `overlapping commits ${found.overlaps}`,
        )
        assert.ok(found.right, about)
        assert.equal(found.overlaps, 0, about)
        assert.equal(found.stoppedMs.length + found.killedMs.length, rounds, about)
      },
      timeoutMs,
    )

    it(
      `${deaths} processes are ended by one event, one after another: no event is left out or counts twice, and others flow`,
      async () => {
        const found = await withProcesses((processes) => poisonedProcesses(processes, { deaths, leaseMs: LEASE_MS }))
        const about = `${name}, leases of ${LEASE_MS} ms: ${JSON.stringify(found)}`
        report(about)
        assert.ok(found.right && found.othersFlowed, about)
        assert.deepEqual([found.deaths, found.wrong], [deaths, 0], about)
      },
      timeoutMs,
    )
  })
}
