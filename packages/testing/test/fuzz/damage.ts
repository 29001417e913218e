import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { SeededRandom } from '../../src/checker/index.ts'
import { mutate, nastyText } from './nasty.ts'
import { shown } from './target.ts'

const COLUMNS = {
  eventcore_events: ['position', 'stream', 'version', 'id', 'type', 'data'],
  eventcore_commits: [
    'position',
    'command_id',
    'events',
    'command_name',
    'input_hash',
    'reads',
    'recorded_at',
    'correlation_id',
    'causation_id',
    'metadata',
  ],
  eventcore_streams: ['id', 'name'],
} as const

/** Changes one value, or deletes one row. Answers what it did. */
export function damage(path: string, random: SeededRandom): string {
  const db = new DatabaseSync(path)
  try {
    // What SQLite itself refuses, by the types and constraints of the columns, is tried again.
    for (;;) {
      const table = random.pick([
        'eventcore_events',
        'eventcore_events',
        'eventcore_commits',
        'eventcore_streams',
      ] as const)
      const rowids = db.prepare(`SELECT rowid AS id FROM ${table}`).all()
      const { id = 0 } = random.pick(rowids)
      if (random.chance(0.1)) {
        db.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(id)
        return `DELETE FROM ${table} WHERE rowid = ${id}`
      }
      const column = random.pick<string>(COLUMNS[table])
      const before = db.prepare(`SELECT ${column} AS value FROM ${table} WHERE rowid = ?`).get(id)?.value ?? null
      const chosen = changed(random, before)
      // Node binds numbers as REAL, which columns of any type keep.
      const value = Number.isInteger(chosen) ? BigInt(Number(chosen)) : chosen
      try {
        const { changes } = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(value, id)
        if (changes === 1)
          return `UPDATE ${table} SET ${column} = ${shown(value)} WHERE rowid = ${id} (was ${shown(before)})`
      } catch (error) {
        if (!(error instanceof Error && 'errcode' in error)) throw error
      }
    }
  } finally {
    db.close()
  }
}

function changed(random: SeededRandom, before: SQLInputValue): SQLInputValue {
  if (random.chance(0.1)) return null
  if (typeof before === 'number' && random.chance(0.9)) {
    return random.pick([before + 1, before - 1, 0, -1, 2 ** 31, 2 ** 53, random.below(40)])
  }
  if (random.chance(0.1)) return random.pick([0, 1, -1, 9_007_199_254_740_993n, 9_223_372_036_854_775_807n])
  if (random.chance(0.05)) return new Uint8Array([0xff, 0x00, 0x41])
  return random.chance(0.6) ? mutate(random, String(before ?? '')) : nastyText(random)
}
