import { SeededRandom } from '../../src/checker/index.ts'
import { commandsOnMemory, commandsOnPostgres, commandsOnSqlite } from './commands.ts'
import { cursorsOnMemory, cursorsOnPostgres, cursorsOnSqlite } from './cursors.ts'
import { namesOnMemory, namesOnPostgres, namesOnSqlite } from './names.ts'
import { patterns } from './patterns.ts'
import { storedRows } from './stored-rows.ts'
import { streamIdsOnMemory, streamIdsOnPostgres, streamIdsOnSqlite } from './stream-ids.ts'
import { FuzzNotes, type FuzzTarget } from './target.ts'
import { urls } from './urls.ts'

const TARGETS: readonly FuzzTarget[] = [
  commandsOnMemory,
  commandsOnSqlite,
  commandsOnPostgres,
  streamIdsOnMemory,
  streamIdsOnSqlite,
  streamIdsOnPostgres,
  cursorsOnMemory,
  cursorsOnSqlite,
  cursorsOnPostgres,
  namesOnMemory,
  namesOnSqlite,
  namesOnPostgres,
  patterns,
  urls,
  storedRows,
]

export interface FuzzReport {
  readonly seed: number
  readonly targets: readonly { readonly name: string; readonly notes: FuzzNotes; readonly seconds: number }[]
  readonly cases: number
  readonly failed: number
  /** Keys that `Object.prototype` has and should not have. */
  readonly polluted: readonly string[]
}

/** Feeds every target its share of the cases. Everything random comes from the seed. */
export async function runFuzz(
  cases: number,
  seed: number,
  progress: (target: string) => void = () => undefined,
): Promise<FuzzReport> {
  const random = new SeededRandom(seed)
  const before = new Set(Reflect.ownKeys(Object.prototype))
  const targets: FuzzReport['targets'][number][] = []
  for (const target of TARGETS) {
    progress(target.name)
    const notes = new FuzzNotes()
    const start = performance.now()
    await target.run(Math.ceil(cases * target.share), random.fork(), notes)
    targets.push({ name: target.name, notes, seconds: (performance.now() - start) / 1_000 })
  }
  return {
    seed,
    targets,
    cases: targets.reduce((sum, { notes }) => sum + notes.cases, 0),
    failed: targets.reduce((sum, { notes }) => sum + notes.failed, 0),
    polluted: Reflect.ownKeys(Object.prototype)
      .filter((key) => !before.has(key))
      .map(String),
  }
}

/** The report as a table for a person, and every failure. */
export function describeFuzz({ seed, targets, cases, failed, polluted }: FuzzReport): string {
  const lines = targets.map(({ name, notes, seconds }) => {
    const codes = Array.from(notes.refused, ([code, count]) => `${code} ${count}`).join(', ')
    return [
      name.padEnd(24),
      `${notes.cases} cases`.padStart(16),
      `${notes.accepted} as they went`.padStart(24),
      `${notes.failed} failed`.padStart(10),
      `${seconds.toFixed(1)} s`.padStart(9),
      `   refused: ${codes || 'none'}`,
    ].join('')
  })
  const failures = targets.flatMap(({ name, notes }) => notes.failures.map((failure) => `${name}: ${failure}`))
  if (polluted.length > 0) failures.push(`Object.prototype has new keys: ${polluted.join(', ')}`)
  return [...lines, ...failures, `${cases} cases, ${failed} failures, seed ${seed}`].join('\n')
}
