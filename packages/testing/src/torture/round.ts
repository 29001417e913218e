import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkHistory } from '../checker/check-history.ts'
import type { History, SubscriberHistory } from '../checker/history.ts'
import { HistoryRecorder } from '../checker/history-recorder.ts'
import { readHistory } from '../checker/read-history.ts'
import { readLog } from '../checker/read-log.ts'
import { noPause } from '../workload/pauses.ts'
import type { SeededRandom } from '../workload/seeded-random.ts'
import { StoreClient } from '../workload/store-client.ts'
import { type StrikeCounts, strikeUntilOver } from './faults/strikes.ts'
import { type Moment, momentOf } from './first-commits.ts'
import type { PlayedRound, RoundOptions } from './played-round.ts'
import { type RoundReport, reportOf } from './round-report.ts'
import type { Arena, Target } from './targets/arena.ts'
import { ledgerModels } from './targets/ledger.ts'
import { type OpenedLocation, openLocation } from './targets/store-location.ts'
import { Crew } from './workers/crew.ts'
import { tortureWorkload, type WorkloadName } from './workers/torture-workload.ts'

const GAUGE_EVERY_MS = 200

/** One empty store, its processes, faults for a while, then peace, and the verdict. */
export async function playRound(target: Target, random: SeededRandom, options: RoundOptions): Promise<RoundReport> {
  const { name, directory, keep, workloads } = options
  const histories = join(directory, `round-${name}`)
  // Of an earlier run with this seed in this directory.
  rmSync(histories, { recursive: true, force: true })
  mkdirSync(histories, { recursive: true })
  const arena = await target.arena(name)
  let report: RoundReport | undefined
  try {
    const opened = await openLocation(arena.direct, Date.now)
    try {
      const setup = await prepare(opened, histories, workloads)
      const played = await torment(arena, random, histories, options)
      const files = [setup, ...played.files]
      report = await judge(arena, opened, files, played, options)
    } finally {
      if (arena.direct.kind !== 'object') await opened.store.close()
    }
  } finally {
    await arena.dispose()
    if (report?.ok === true && !keep) rmSync(histories, { recursive: true })
  }
  return report
}

async function prepare(
  { store }: OpenedLocation,
  directory: string,
  workloads: readonly WorkloadName[],
): Promise<string> {
  const path = join(directory, 'history-setup.jsonl')
  const recorder = new HistoryRecorder({ path })
  const client = new StoreClient(store, { process: 'setup', recorder, pause: noPause, maxAttempts: 1_000 })
  for (const command of tortureWorkload(workloads).setup ?? []) await client.execute(command)
  recorder.close()
  return path
}

async function torment(
  arena: Arena,
  random: SeededRandom,
  directory: string,
  options: RoundOptions,
): Promise<PlayedRound> {
  const { seconds, processes, clients, through, workloads, faults, patienceMs } = options
  const crew = new Crew({
    location: arena.location,
    random: random.fork(),
    processes,
    clients,
    through,
    workloads,
    directory,
  })
  const strikes: StrikeCounts = {}
  const measured = new Map<string, number[]>()
  const moments: Moment[] = []
  const over = new AbortController()
  const problems: string[] = []
  let gauging: NodeJS.Timeout | undefined
  try {
    await crew.ready()
    const begun = performance.now()
    const note = (what: string, value: number): void => {
      measured.set(what, [...(measured.get(what) ?? []), value])
    }
    gauging = setInterval(() => {
      for (const [what, value] of Object.entries(arena.gauge?.() ?? {})) note(what, value)
    }, GAUGE_EVERY_MS)
    const isOver = (what: string): void => void moments.push(momentOf(what))
    const scene = { arena, crew, over: over.signal, measured: note, isOver }
    const striking = strikeUntilOver(faults, scene, random.fork(), strikes)
    // A fault that breaks by itself ends the round.
    await Promise.race([sleep(seconds * 1_000), striking.then(() => sleep(seconds * 1_000))])
    over.abort()
    await striking
    const workedMs = performance.now() - begun
    const calm = performance.now()
    const ended = (async () => {
      await crew.finish()
      await arena.settled?.()
      await crew.close()
    })()
    if (!(await within(patienceMs, ended)))
      problems.push(`not everything had come to an end ${patienceMs / 1_000} s after the last fault`)
    const calmMs = performance.now() - calm
    problems.push(...crew.failures)
    return { files: crew.histories, crew, strikes, measured, moments, workedMs, calmMs, problems }
  } finally {
    over.abort()
    clearInterval(gauging)
    await crew.kill()
  }
}

async function within(ms: number, what: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false)
  const inTime = await Promise.race([what.then(() => true), late])
  timer.abort()
  return inTime
}

async function judge(
  arena: Arena,
  { store, ledger }: OpenedLocation,
  files: readonly string[],
  played: PlayedRound,
  options: RoundOptions,
): Promise<RoundReport> {
  const start = performance.now()
  const unreadable: string[] = []
  const readable = async <T>(what: string, read: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read
    } catch (error) {
      unreadable.push(`${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      return otherwise
    }
  }
  const ledgerState = ledger && (await readable('the read model', ledger.read(), undefined))
  const log = await readable('the log', readLog(store), [])
  // Who was killed before it did anything has none.
  const read = readHistory(...files.filter((file) => existsSync(file)))
  const history: History = {
    ...read,
    subscribers: bySubscriber(read.subscribers),
    projections: ledgerState === undefined ? read.projections : [...read.projections, ledgerState.observation],
  }
  const complete = played.problems.length === 0
  const verdict = checkHistory(history, log, {
    witness: arena.witness,
    projections: ledgerModels,
    subscribers: Object.fromEntries(
      history.subscribers.map(({ name }) => [name, { delivery: 'at-least-once', complete } as const]),
    ),
  })
  const checkerMs = performance.now() - start
  const totals = await readable<Readonly<Record<string, number>>>(
    'what the server says of it',
    arena.totals?.() ?? Promise.resolve({}),
    {},
  )
  const measured = new Map([
    ...played.measured,
    ...Object.entries(totals).map(([what, value]) => [what, [value]] as const),
  ])
  const problems = [
    ...played.problems,
    ...unreadable,
    ...(tortureWorkload(options.workloads).violations?.(log) ?? []),
    ...(ledgerState !== undefined && complete && ledgerState.observation.upTo !== (log.at(-1)?.id ?? null)
      ? ['the read model does not contain all events in the end']
      : []),
  ]
  const damage = await arena.integrity()
  if (damage !== undefined) problems.push(`the database is damaged: ${damage}`)
  return reportOf({
    options,
    played: { ...played, measured },
    history,
    verdict,
    problems,
    checkerMs,
    takeOvers: ledgerState?.takeOvers,
  })
}

/** Each subscriber with its sessions in the order of the files, which is that of its processes. */
function bySubscriber(subscribers: readonly SubscriberHistory[]): readonly SubscriberHistory[] {
  const byName = Map.groupBy(subscribers, ({ name }) => name)
  return Array.from(byName, ([name, all]) => ({ name, sessions: all.flatMap(({ sessions }) => sessions) }))
}
