import assert from 'node:assert/strict'
import type { ContractRunner } from '../contract/store-contract.ts'
import { ownerKilled, ownerSuspended } from './owner-faults.ts'
import { poisonedProcesses } from './poisoned-processes.ts'
import { killProjecting, type ProjectingProcesses } from './projecting-processes.ts'
import { takeOverProjecting } from './take-over.ts'

const LEASE_MS = 300

export interface ProcessesContractOptions {
  /** How often the process that projects is killed. */
  readonly kills: number
  /** How often the owner among three processes is suspended, and how often it is killed, in turn. */
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
      `of three the owner is suspended and killed ${rounds} times each: another takes over, and no event counts twice`,
      async () => {
        const found = await withProcesses((processes) =>
          takeOverProjecting(processes, {
            faults: [ownerSuspended(processes.store), ownerKilled],
            rounds,
            leaseMs: LEASE_MS,
            seed,
          }),
        )
        const about = `${name}, seed ${seed}, leases of ${LEASE_MS} ms: ${JSON.stringify(found)}`
        report(about)
        assert.ok(found.right, about)
        assert.deepEqual([found.overlaps, found.ended], [0, 0], about)
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
