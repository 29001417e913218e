import { clockFaults } from './clock-faults.ts'
import { diskFaults } from './disk-faults.ts'
import type { Fault } from './fault.ts'
import { networkFaults } from './network-faults.ts'
import { processFaults } from './process-faults.ts'
import { serverFaults } from './server-faults.ts'

export const faults: readonly Fault[] = [
  ...processFaults,
  ...clockFaults,
  ...networkFaults,
  ...serverFaults,
  ...diskFaults,
]
