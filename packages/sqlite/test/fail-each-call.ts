import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { SqliteEventStore } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const child = fileURLToPath(new URL('./processes/work-through-errors.ts', import.meta.url))

/** The system calls by which SQLite writes and flushes. */
const CALLS = 'pwrite64,pwritev,fsync,fdatasync,ftruncate'

/** strace makes system calls fail. It comes with most Linux distributions and needs the right to trace. */
export function canFailCalls(): boolean {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=1', 'true'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

export interface SweepOptions {
  readonly error: 'EIO' | 'ENOSPC'
  /** The n-th call alone, or all from there on. */
  readonly from: boolean
  readonly appends: number
  /** Every how-manieth call fails. 1: each of them. */
  readonly step: number
}

/** What was told, and what was there after the process had ended. */
export interface SweepReport {
  /** At how many places a call failed. */
  readonly swept: number
  readonly acknowledged: number
  readonly refused: number
  readonly unknown: number
  /** Acknowledged, and not there. */
  readonly lost: number
  /** Refused for certain each time, and there. */
  readonly unwanted: number
  /** Ended by a signal, or by an error that the store does not name. */
  readonly crashes: readonly string[]
  /** Not whole by `integrity_check`. */
  readonly damaged: number
  /** Commits that were not acknowledged in the end, although one call had failed and no other. */
  readonly givenUp: number
}

/**
 * Lets a process work on a new store while its n-th write or flush fails: n = 1, 2, 3 … until it is through before it comes to the
 * n-th. The opening with its migrations, appends, the checkpoint and the closing are all in it.
 */
export async function failEachCall({ error, from, appends, step }: SweepOptions): Promise<SweepReport> {
  const sum = { swept: 0, acknowledged: 0, refused: 0, unknown: 0, lost: 0, unwanted: 0, damaged: 0, givenUp: 0 }
  const crashes: string[] = []
  for (let n = 1; ; n += step) {
    const run = await failAt(`${error}:when=${n}${from ? '+' : ''}`, appends)
    if (run.crash !== undefined) crashes.push(`call ${n}: ${run.crash}`)
    for (const key of ['acknowledged', 'refused', 'unknown', 'lost', 'unwanted', 'damaged'] as const)
      sum[key] += run[key]
    if (!from) sum.givenUp += appends - run.acknowledged
    if (!run.failed) return { ...sum, crashes }
    sum.swept++
  }
}

async function failAt(fault: string, appends: number) {
  const directory = await temporaryDirectory()
  const [path, outcomes, trace] = [directory.file('store.db'), directory.file('outcomes'), directory.file('trace')]
  const inject = ['-f', '--seccomp-bpf', '-o', trace, '-e', `trace=${CALLS}`, '-e', `inject=${CALLS}:error=${fault}`]
  const command = [process.execPath, ...process.execArgv, child, path, outcomes, String(appends)]
  const { signal, status, stderr } = spawnSync('strace', [...inject, ...command], { encoding: 'utf8' })
  const told = Map.groupBy(existsSync(outcomes) ? outcomesIn(outcomes) : [], ({ commandId }) => commandId)
  const counts = { acknowledged: 0, refused: 0, unknown: 0, lost: 0, unwanted: 0, damaged: 0 }
  // What is left goes through recovery, by an opening at which nothing fails.
  const store = await SqliteEventStore.open(path)
  for (const [commandId, answers] of told) {
    if (commandId === 'open' || commandId === 'readFeed') continue
    const there = (await store.findCommits([commandId])).length > 0
    if (answers.some(({ outcome }) => outcome === 'committed' || outcome === 'duplicate')) {
      counts.acknowledged++
      if (!there) counts.lost++
    } else if (answers.every(({ outcome }) => outcome === 'STORE_FAILURE' || outcome === 'STORE_UNAVAILABLE')) {
      counts.refused++
      if (there) counts.unwanted++
    } else counts.unknown++
  }
  await store.close()
  const db = new DatabaseSync(path)
  const [whole] = db.prepare('PRAGMA integrity_check').all()
  if (whole?.integrity_check !== 'ok') counts.damaged++
  db.close()
  const failed = readFileSync(trace, 'utf8').includes('(INJECTED)')
  await directory.remove()
  return { ...counts, failed, crash: signal !== null || status !== 0 ? `${signal ?? status} ${stderr}` : undefined }
}

function outcomesIn(file: string): { readonly outcome: string; readonly commandId: string }[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [outcome = '', commandId = ''] = line.split(' ')
      return { outcome, commandId }
    })
}
