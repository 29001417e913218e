import assert from 'node:assert/strict'
import type { ContractRunner } from '../contract/store-contract.ts'
import type { ProjectingProcesses } from './projecting-processes.ts'
import { type RebuildLoad, rebuildUnderLoad } from './rebuild-load.ts'

export interface RebuildContractOptions extends RebuildLoad {
  /** For the runner. */
  readonly timeoutMs: number
  /** Is told what was found. */
  readonly report?: (line: string) => void
}

/** Registers what must hold when a read model is rebuilt beside the old one under load, by processes that are killed. */
export function rebuildContract<Tx>(
  name: string,
  withProcesses: <T>(use: (processes: ProjectingProcesses<Tx>) => Promise<T>) => Promise<T>,
  { timeoutMs, report = () => undefined, ...load }: RebuildContractOptions,
  { describe, it }: ContractRunner,
): void {
  describe(`a rebuild under load: ${name}`, () => {
    it(
      `killed ${load.kills} times, no event is left out or counts twice, and the version in use can be read all the time`,
      async () => {
        const found = await withProcesses((processes) => rebuildUnderLoad(processes, load))
        const about = `${name}, seed ${load.seed}: ${JSON.stringify(found)}`
        report(about)
        assert.ok(found.right, about)
        assert.deepEqual([found.wrong, found.failedReads], [0, 0], about)
        // The kills hit a rebuild under way, and there was a load.
        assert.ok(found.behind > load.kills / 2 && found.moved > load.kills / 2, about)
        assert.ok(found.written > 0 && found.reads > 0, about)
      },
      timeoutMs,
    )
  })
}
