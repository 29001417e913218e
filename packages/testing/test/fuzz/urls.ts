import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SqliteEventStore } from '@eventcore/sqlite'
import { openPool } from '../../../postgres/src/connection/open-pool.ts'
import type { SeededRandom } from '../../src/checker/index.ts'
import { mutate, nastyText } from './nasty.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'

const URLS = [
  'postgres://user:password@localhost:5432/bank',
  'postgresql://localhost',
  'postgres://user:p%40ss@[::1]:5432/bank?application_name=a&sslmode=disable',
  'postgres://%2Fvar%2Frun/bank?host=/tmp',
]

/** Where a database is: refused with an error that says so, or taken as it is. No connection is made. */
export const urls: FuzzTarget = {
  name: 'URLs and paths',
  share: 0.055,
  async run(cases, random, notes) {
    const folder = mkdtempSync(join(tmpdir(), 'eventcore-urls-'))
    try {
      for (let i = 0; i < cases; i++) {
        // Opening a file takes as long as a thousand URLs.
        if (i % 200 === 0) await file(folder, random, notes)
        else await postgres(random, notes)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function postgres(random: SeededRandom, notes: FuzzNotes): Promise<void> {
  let url = random.chance(0.2) ? nastyText(random) : random.pick(URLS)
  for (let changes = random.below(3); changes > 0; changes--) url = mutate(random, url)
  const what = (): string => shown(url)
  try {
    const { pool, createClient } = openPool({ url }, undefined)
    const { host, port } = createClient()
    notes.check(typeof host === 'string' && Number.isInteger(port), `taken for ${shown({ host, port })}`, what)
    await pool.end()
  } catch (error) {
    notes.refuse(error, what)
  }
}

async function file(folder: string, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  const name = nastyText(random)
  const where = random.chance(0.5) ? join(folder, `x${name}`) : anyUrl(random, folder, name)
  const what = (): string => shown(String(where))
  try {
    const store = await SqliteEventStore.open(where)
    await store.close()
    notes.accept()
  } catch (error) {
    notes.refuse(error, what)
  }
}

function anyUrl(random: SeededRandom, folder: string, name: string): URL {
  const url = pathToFileURL(join(folder, 'x'))
  const text = random.pick([
    `${url}${encodeURIComponent(name.toWellFormed())}`,
    `${url}%2f`,
    'https://example.org/a',
    `file://host/${folder}/x`,
  ])
  return URL.canParse(text) ? new URL(text) : url
}
