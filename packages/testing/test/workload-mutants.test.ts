import type { EventStore } from 'eventcore'
import { describe, expect, test } from 'vitest'
import type { Anomaly } from '../src/checker/anomaly.ts'
import { bank } from '../src/workload/bank.ts'
import { discovery } from '../src/workload/discovery.ts'
import { hotSet } from '../src/workload/hot-set.ts'
import { onCall } from '../src/workload/on-call.ts'
import { phantom } from '../src/workload/phantom.ts'
import { readDependency } from '../src/workload/read-dependency.ts'
import { ring } from '../src/workload/ring.ts'
import { raceAndCheck } from '../src/workload/run-workload.ts'
import type { Workload } from '../src/workload/workload.ts'
import { answeringMutants } from './contract/mutants/answering.ts'
import { checkingMutants } from './contract/mutants/checking.ts'
import { readingMutants } from './contract/mutants/reading.ts'
import { timingMutants } from './contract/mutants/timing.ts'
import { createSharedLog, type SharedLog } from './contract/shared-log.ts'
import { SharedLogStore } from './contract/shared-log-store.ts'
import {
  ChecksReadStreamsUnlocked,
  DropsWhatConflicts,
  FailsAfterCommitting,
  ForgetsCommandIds,
  ReplaysTheWrite,
} from './mutants/racing.ts'

type Open = (shared: SharedLog) => EventStore

/** A mutant of the contract suite, by what is wrong with it. */
function suiteMutant(fault: string): Open {
  const all = [...checkingMutants, ...timingMutants, ...answeringMutants, ...readingMutants]
  const mutant = all.find((candidate) => candidate.fault === fault)
  if (mutant === undefined) throw new RangeError(`The contract suite has no mutant "${fault}".`)
  return mutant.open
}

const race = (open: Open, workload: Workload) =>
  raceAndCheck(open(createSharedLog(Date.now)), workload, {
    commands: 1_000,
    check: { witness: 'commits-and-queries' },
  })

/** What the verdict calls it: the class for cycles, else the kind. */
const names = (anomalies: readonly Anomaly[]): Set<string> =>
  new Set(anomalies.map((anomaly) => (anomaly.kind === 'cycle' ? anomaly.name : anomaly.kind)))

const WORKLOADS: readonly (() => Workload)[] = [hotSet, discovery, phantom, onCall, readDependency, bank, ring]

test.each(WORKLOADS.map((make) => [make().name, make] as const))(
  'the store that the mutants are made from passes: %s',
  async (_name, make) => {
    const run = await race((shared) => new SharedLogStore(shared), make())
    expect(run.ok, run.explain()).toBe(true)
    expect(run.retried, run.explain()).toBeGreaterThan(0)
  },
)

interface Case {
  readonly fault: string
  readonly open: Open
  readonly workload: () => Workload
  /** All of these must be found. */
  readonly found: readonly string[]
}

const SKEW = 'only the streams that are written to are checked'
const ABSENT = 'streams read as absent are not checked unless they are written to'

const CASES: readonly Case[] = [
  {
    fault: 'M1: read streams are checked without a lock',
    open: (s) => new ChecksReadStreamsUnlocked(s),
    workload: readDependency,
    found: ['G2-item'],
  },
  {
    fault: 'M1: nothing is locked',
    open: suiteMutant('there is an await between the check and the insert'),
    workload: hotSet,
    found: ['G-single'],
  },
  { fault: `M2: ${SKEW}`, open: suiteMutant(SKEW), workload: hotSet, found: ['G2-item'] },
  { fault: `M2: ${SKEW}, found at run time`, open: suiteMutant(SKEW), workload: discovery, found: ['G2-item'] },
  { fault: `M2: ${SKEW}, two of them`, open: suiteMutant(SKEW), workload: onCall, found: ['G2-item'] },
  {
    fault: 'M3: what conflicts is dropped, and success reported',
    open: (s) => new DropsWhatConflicts(s),
    workload: hotSet,
    found: ['lost-commit', 'torn-commit'],
  },
  {
    fault: 'M4: a conflict repeats the write without the decision',
    open: (s) => new ReplaysTheWrite(s),
    workload: bank,
    found: ['G-single'],
  },
  {
    fault: 'M5: versions are read after the events',
    open: suiteMutant('versions are read after the events'),
    workload: hotSet,
    found: ['G-single', 'read-set-differs'],
  },
  { fault: `M6: ${ABSENT}`, open: suiteMutant(ABSENT), workload: phantom, found: ['G2-item'] },
  {
    fault: 'M6: streams read as absent are not checked',
    open: suiteMutant('streams read as absent are not checked'),
    workload: phantom,
    found: ['G-single'],
  },
  {
    fault: 'each stream is read at a moment of its own',
    open: suiteMutant('each stream is read at a moment of its own'),
    workload: bank,
    found: ['G-single', 'fractured-read'],
  },
  {
    fault: 'decisions without events succeed unchecked',
    open: suiteMutant('commits without events succeed unchecked'),
    workload: discovery,
    found: ['fractured-read'],
  },
  {
    fault: 'the feed passes what becomes visible later',
    open: suiteMutant('the feed passes positions that become visible later'),
    workload: hotSet,
    found: ['missed-delivery'],
  },
  {
    fault: 'a cursor is inclusive',
    open: suiteMutant('a cursor is inclusive'),
    workload: hotSet,
    found: ['duplicate-delivery'],
  },
  {
    fault: 'a commit is reported as failed',
    open: (s) => new FailsAfterCommitting(s),
    workload: hotSet,
    found: ['failed-but-visible'],
  },
  {
    fault: 'a command commits again after a lost reply',
    open: (s) => new ForgetsCommandIds(s),
    workload: hotSet,
    found: ['committed-twice', 'unreported-event'],
  },
]

describe('every run kills', () => {
  test.each(CASES.map((one) => [one.fault, one] as const))('%s', async (_fault, { open, workload, found }) => {
    const run = await race(open, workload())
    expect([...names(run.verdict.anomalies)], run.explain()).toEqual(expect.arrayContaining([...found]))
  })
})
