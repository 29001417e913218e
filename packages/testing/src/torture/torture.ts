import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeededRandom } from '../workload/seeded-random.ts'
import type { FaultKind } from './faults/fault-kind.ts'
import { faults } from './faults/faults.ts'
import { playRound } from './round.ts'
import type { RoundReport } from './round-report.ts'
import { type Sometimes, sometimes } from './sometimes.ts'
import type { Target } from './targets/arena.ts'
import { chooseTarget } from './targets/choose-target.ts'
import type { TortureOptions } from './torture-options.ts'
import { workloadNames } from './workers/torture-workload.ts'

/** What a run came to. Written to `report.json` in its directory, too. */
export interface TortureReport {
  /** True when nothing contradicts the guarantees, and everything that must have been seen was. */
  readonly ok: boolean
  readonly store: string
  readonly seed: number
  readonly rounds: readonly RoundReport[]
  readonly sometimes: readonly Sometimes[]
  /** Faults that could not be had here, and why. One of them that was asked for by name makes the run fail. */
  readonly impossible: Readonly<Partial<Record<FaultKind, string>>>
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly startedAt: string
  /** From the first round to the last, opening and checking included. */
  readonly seconds: number
}

/**
 * Drives racing workloads from several processes while it kills, stops, cuts, delays and fills whatever it can, and then lets
 * the consistency checker judge what the clients were told by what the store holds. The report says whether anything was
 * lost, torn, done twice, skipped, or decided on something that had changed.
 *
 * The store must be prepared to be tortured: use a database of its own.
 */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const { seed = Math.floor(Math.random() * 2 ** 31), log = () => {} } = options
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'eventcore-torture-'))
  mkdirSync(directory, { recursive: true })
  const target = await chooseTarget(options, directory)
  try {
    return await play(options, target, seed, directory, log)
  } finally {
    await target.dispose()
  }
}

async function play(
  options: TortureOptions,
  target: Target,
  seed: number,
  directory: string,
  log: (line: string) => void,
): Promise<TortureReport> {
  const { seconds = 30, roundSeconds = 15, until = {}, extraRounds = 3 } = options
  const wanted = faults.filter(({ kind }) => options.faults?.includes(kind) ?? true)
  const possible = wanted.filter(({ kind }) => target.impossible[kind] === undefined)
  const kinds = possible.map(({ kind }) => kind)
  // Who asks for a fault by its name must not take a run without it for a proof.
  const missing = options.faults?.filter((kind) => target.impossible[kind] !== undefined) ?? []
  for (const kind of missing) log(`fault ${kind} is not possible: ${target.impossible[kind]}`)
  const random = new SeededRandom(seed)
  const startedAt = new Date().toISOString()
  const begun = performance.now()
  const rounds: RoundReport[] = []
  const enough = (): boolean =>
    rounds.length * roundSeconds >= seconds &&
    kinds.every((kind) => rounds.reduce((sum, { strikes }) => sum + (strikes[kind] ?? 0), 0) >= (until[kind] ?? 0))
  const unseen = (): boolean => sometimes(target, kinds, [], rounds).some(({ times }) => times === 0)
  const soFar = (): TortureReport => {
    const seen = sometimes(target, kinds, missing, rounds)
    return {
      ok: rounds.every(({ ok }) => ok) && seen.every(({ times }) => times > 0),
      store: target.name,
      seed,
      rounds,
      sometimes: seen,
      impossible: target.impossible,
      directory,
      environment: {
        node: process.version,
        machine: `${platform()} ${arch()}, ${cpus().length} processors`,
        ...target.settings,
      },
      startedAt,
      seconds: Math.round((performance.now() - begun) / 1_000),
    }
  }
  for (let extra = 0; ; ) {
    if (enough() && (!unseen() || extra++ >= extraRounds)) break
    const report = await playRound(target, random.fork(), {
      name: `${seed}-${rounds.length + 1}`,
      seconds: Math.min(seconds, roundSeconds),
      processes: options.processes ?? 3,
      clients: options.clients ?? 8,
      through: options.through ?? (rounds.length % 2 === 0 ? 'executor' : 'store'),
      workloads: options.workloads ?? workloadNames,
      faults: possible,
      directory,
      keep: options.keep ?? false,
      patienceMs: (options.patienceSeconds ?? 60) * 1_000,
    })
    rounds.push(report)
    log(lineOf(report))
    // After each round, for a run that somebody ends.
    writeFileSync(join(directory, 'report.json'), JSON.stringify(soFar(), undefined, 2))
    if (!report.ok) break
  }
  return soFar()
}

function lineOf(round: RoundReport): string {
  const { name, ok, through, calls, acknowledged, commandsPerSecond, lost, torn, anomalies, strikes, takeOvers } = round
  const struck = Object.entries(strikes).map(([kind, times]) => `${times} ${kind}`)
  return (
    `round ${name} through the ${through}: ${ok ? 'consistent' : 'INCONSISTENT'}, ${calls} calls, ${acknowledged} commits, ` +
    `${commandsPerSecond}/s, ${round.unknownCommitted} unknown but committed, ${round.unknownAbsent} unknown and absent, ` +
    `${lost} lost, ${torn} torn, ${anomalies} anomalies, ${takeOvers} take-overs; ${struck.join(', ') || 'no faults'}`
  )
}
