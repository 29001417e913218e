import type { PlannedCommand } from './workload.ts'

export interface CommandEnd {
  readonly status: 'committed' | 'nothing' | 'failed' | 'unknown'
  readonly attempts: number
  readonly conflicts: number
}

/** Executes planned commands one after another and writes down what it was told. */
export interface WorkloadClient {
  execute(command: PlannedCommand): Promise<CommandEnd>
}
