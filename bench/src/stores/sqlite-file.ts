import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Probe } from '../harness/run-task.ts'

/** A file for one run, and what can be read about it. */
export interface BenchFile extends Probe {
  readonly path: string
  remove(): Promise<void>
}

/** In the system's temporary directory: put `TMPDIR` on the disk that is to be measured. */
export async function createBenchFile(): Promise<BenchFile> {
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-bench-'))
  const path = join(directory, 'bench.db')
  return {
    path,
    // It works in the processes that measure.
    serverCpu: async () => undefined,
    walBytes: async () => undefined,
    storedBytes: async () => (await stat(path)).size,
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
