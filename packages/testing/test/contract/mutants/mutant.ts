import type { EventStore } from 'eventcore'
import type { SharedLog } from '../shared-log.ts'

/** A store with one planted fault, and tests of the suite that must notice it, by name. */
export interface Mutant {
  readonly fault: string
  readonly open: (shared: SharedLog) => EventStore
  readonly killedBy: readonly string[]
}
