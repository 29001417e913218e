import type { EventStore } from 'eventcore'
import type { FaultKind } from './faults/fault-kind.ts'
import type { TorturedModule } from './targets/module-target.ts'
import type { WorkloadName } from './workers/torture-workload.ts'

export interface TortureOptions {
  /**
   * What to torture.
   *
   * - `sqlite:PATH`: files whose names begin so, one per round. `sqlite:` alone: in the directory of the run.
   * - `postgres://…`: a database, in which each round makes a schema of its own and drops it. `postgres:` alone: a durable server
   *   is started for the run, which can then be killed, restarted and filled, too.
   * - `memory:`: the memory store.
   * - a module of yours, which each process loads to open your store.
   * - a function that opens an empty store for a round, in this process: nothing is killed then.
   */
  readonly store: string | TorturedModule | ((round: string) => EventStore | Promise<EventStore>)
  /** Determines commands, faults and their order. Default: another one each time; the report names it. */
  readonly seed?: number | undefined
  /** How long faults strike, in all. Default 30. Opening, coming to an end and checking come on top. */
  readonly seconds?: number | undefined
  /** How long they strike in one round, which is checked for itself. Default 15. */
  readonly roundSeconds?: number | undefined
  /** Client processes at once. Default 3. */
  readonly processes?: number | undefined
  /** Clients in each. Default 8. */
  readonly clients?: number | undefined
  /** Through what they execute. Default: rounds take turns. */
  readonly through?: 'store' | 'executor' | undefined
  /** Default: all of them, mixed on one store. */
  readonly workloads?: readonly WorkloadName[] | undefined
  /** Default: all that are possible. */
  readonly faults?: readonly FaultKind[] | undefined
  /** Goes on with further rounds until faults have struck so often. Default: {@link seconds} decide. */
  readonly until?: Readonly<Partial<Record<FaultKind, number>>> | undefined
  /** Rounds beyond those, as long as something was not seen that must be. Default 3. */
  readonly extraRounds?: number | undefined
  /** For histories, data and the report. Default: a new one in the system's temporary directory. */
  readonly directory?: string | undefined
  /** Keeps the histories of rounds in which all was well, too. Default `false`. */
  readonly keep?: boolean | undefined
  /** Mounts a disk of so many megabytes for the data, so that it can be filled. SQLite needs 8 or more, PostgreSQL 300. */
  readonly diskMegabytes?: number | undefined
  /** Of each client process, on PostgreSQL. Default 6. */
  readonly maxConnections?: number | undefined
  /** Seconds after the last fault within which everything must have come to an end. Default 60. */
  readonly patienceSeconds?: number | undefined
  /** Told what happens, line by line. */
  readonly log?: ((line: string) => void) | undefined
}
