import { checkHistory } from '../../src/checker/check-history.ts'
import type { Verdict } from '../../src/checker/verdict.ts'
import { SeededRandom } from '../../src/workload/seeded-random.ts'
import { randomRun } from './random-run.ts'
import { entangledGroups, hasStrictSerialOrder, staleCommits } from './reference.ts'
import type { WrittenRun } from './written-history.ts'

/** What says that no order explains the history. */
const NO_ORDER = new Set(['cycle', 'read-from-nowhere', 'read-of-own-write'])

export interface ExactnessReport {
  readonly histories: number
  readonly notSerializable: number
  readonly onlyByRealTime: number
  readonly classes: Readonly<Record<string, number>>
}

export interface ExactnessOptions {
  readonly seed: number
  readonly histories: number
  /** The checker under test: the real one, or a mutant. */
  readonly check?: (run: WrittenRun) => Verdict
  /** Whether classes and lengths of the cycles are compared too. */
  readonly classify?: boolean
}

/** Compares verdicts with enumeration of all orders. @throws at the first difference, with everything to see it again. */
export function compareWithReference(options: ExactnessOptions): ExactnessReport {
  const { seed, histories, classify = true } = options
  const check = options.check ?? ((run: WrittenRun) => checkHistory(run.history, run.log))
  const seeds = new SeededRandom(seed)
  const classes: Record<string, number> = {}
  let notSerializable = 0
  let onlyByRealTime = 0
  for (let i = 0; i < histories; i++) {
    const random = seeds.fork()
    const run = randomRun(random)
    const differ = (what: string, verdict: Verdict): never => {
      throw new Error(
        `${what} (seed ${seed}, history ${i}, own seed ${random.seed})\n${show(run)}\n${verdict.explain({ perKind: 9 })}`,
      )
    }
    const verdict = check(run)
    const expected = hasStrictSerialOrder(run)
    const actual = !verdict.anomalies.some(({ kind }) => NO_ORDER.has(kind))
    if (expected !== actual) differ(expected ? 'false positive' : 'false negative', verdict)

    const stale = verdict.anomalies.flatMap((anomaly) => (anomaly.kind === 'stale-at-commit' ? anomaly.commandId : []))
    if (stale.sort().join() !== staleCommits(run).sort().join()) differ('witness differs', verdict)

    if (!expected) {
      notSerializable++
      if (hasStrictSerialOrder(run, false)) onlyByRealTime++
    }
    if (!classify) continue
    for (const group of entangledGroups(run)) {
      const found = verdict.anomalies.some(
        (anomaly) =>
          anomaly.kind === 'cycle' &&
          anomaly.name === group.name &&
          anomaly.steps.length === group.length &&
          anomaly.entangled === group.ids.length &&
          anomaly.steps.every((step) => group.ids.includes(step.from)),
      )
      if (!found) differ(`no ${group.name} of length ${group.length} among ${group.ids.join()}`, verdict)
      classes[group.name] = (classes[group.name] ?? 0) + 1
    }
  }
  return { histories, notSerializable, onlyByRealTime, classes }
}

function show({ history, log }: WrittenRun): string {
  const calls = history.calls.map(({ commandId, status, invokedAt, completedAt, reads }) => {
    const read = reads.map(({ stream, version }) => `${stream}@${version}`).join(' ')
    return `${commandId} ${status} [${invokedAt}, ${completedAt ?? '…'}] read ${read}`
  })
  const events = log.map(({ commit, stream, version }) => `${commit.commandId}:${stream}@${version}`).join(' ')
  return [...calls, events].join('\n')
}
