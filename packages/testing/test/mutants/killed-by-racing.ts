import type { EventStore } from 'eventcore'
import type { Workload } from '../../src/workload/workload.ts'
import { workloads } from '../../src/workload/workloads.ts'
import { answeringMutants } from '../contract/mutants/answering.ts'
import { checkingMutants } from '../contract/mutants/checking.ts'
import { readingMutants } from '../contract/mutants/reading.ts'
import { timingMutants } from '../contract/mutants/timing.ts'
import type { SharedLog } from '../contract/shared-log.ts'
import {
  ChecksReadStreamsUnlocked,
  DropsWhatConflicts,
  FailsAfterCommitting,
  ForgetsCommandIds,
  ReplaysTheWrite,
} from './racing.ts'

type Open = (shared: SharedLog) => EventStore

/** A mutant of the contract suite, by what is wrong with it. */
function suiteMutant(fault: string): Open {
  const all = [...checkingMutants, ...timingMutants, ...answeringMutants, ...readingMutants]
  const mutant = all.find((candidate) => candidate.fault === fault)
  if (mutant === undefined) throw new RangeError(`The contract suite has no mutant "${fault}".`)
  return mutant.open
}

/** A broken store, the workload aimed at it, and what the checker must find. */
export interface KilledByRacing {
  readonly fault: string
  readonly open: Open
  readonly workload: () => Workload
  /** All of these must be found. */
  readonly found: readonly string[]
}

const SKEW = 'only the streams that are written to are checked'
const ABSENT = 'streams read as absent are not checked unless they are written to'

export const KILLED_BY_RACING: readonly KilledByRacing[] = [
  {
    fault: 'M1: read streams are checked without a lock',
    open: (s) => new ChecksReadStreamsUnlocked(s),
    workload: workloads.readDependency,
    found: ['G2-item'],
  },
  {
    fault: 'M1: nothing is locked',
    open: suiteMutant('there is an await between the check and the insert'),
    workload: workloads.hotSet,
    found: ['G-single'],
  },
  { fault: `M2: ${SKEW}`, open: suiteMutant(SKEW), workload: workloads.hotSet, found: ['G2-item'] },
  {
    fault: `M2: ${SKEW}, found at run time`,
    open: suiteMutant(SKEW),
    workload: workloads.discovery,
    found: ['G2-item'],
  },
  { fault: `M2: ${SKEW}, two of them`, open: suiteMutant(SKEW), workload: workloads.onCall, found: ['G2-item'] },
  {
    fault: 'M3: what conflicts is dropped, and success reported',
    open: (s) => new DropsWhatConflicts(s),
    workload: workloads.hotSet,
    found: ['lost-commit', 'torn-commit'],
  },
  {
    fault: 'M4: a conflict repeats the write without the decision',
    open: (s) => new ReplaysTheWrite(s),
    workload: workloads.bank,
    found: ['G-single'],
  },
  {
    fault: 'M5: versions are read after the events',
    open: suiteMutant('versions are read after the events'),
    workload: workloads.hotSet,
    found: ['G-single', 'read-set-differs'],
  },
  { fault: `M6: ${ABSENT}`, open: suiteMutant(ABSENT), workload: workloads.phantom, found: ['G2-item'] },
  {
    fault: 'M6: streams read as absent are not checked',
    open: suiteMutant('streams read as absent are not checked'),
    workload: workloads.phantom,
    found: ['G-single'],
  },
  {
    fault: 'each stream is read at a moment of its own',
    open: suiteMutant('each stream is read at a moment of its own'),
    workload: workloads.bank,
    found: ['G-single', 'fractured-read'],
  },
  {
    fault: 'decisions without events succeed unchecked',
    open: suiteMutant('commits without events succeed unchecked'),
    workload: workloads.discovery,
    found: ['fractured-read'],
  },
  {
    fault: 'the feed passes what becomes visible later',
    open: suiteMutant('the feed passes positions that become visible later'),
    workload: workloads.hotSet,
    found: ['missed-delivery'],
  },
  {
    fault: 'a cursor is inclusive',
    open: suiteMutant('a cursor is inclusive'),
    workload: workloads.hotSet,
    found: ['duplicate-delivery'],
  },
  {
    fault: 'a commit is reported as failed',
    open: (s) => new FailsAfterCommitting(s),
    workload: workloads.hotSet,
    found: ['failed-but-visible'],
  },
  {
    fault: 'a command commits again after a lost reply',
    open: (s) => new ForgetsCommandIds(s),
    workload: workloads.hotSet,
    found: ['committed-twice', 'unreported-event'],
  },
]
