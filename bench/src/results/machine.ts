import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** On what something was measured. */
export interface Machine {
  readonly cpus: number
  readonly model: string
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** Processes that wanted a processor in the minute before, on average: above 0.3 or so the machine was not quiet. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}
