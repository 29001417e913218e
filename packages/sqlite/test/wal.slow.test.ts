import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { JOURNAL_SIZE_LIMIT } from '../src/wal-checkpoints.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const WRITERS = ['a-', 'b-', 'c-']
const EVENTS_EACH = 15_000

/** A writer may be passed by the others for a while, and the WAL grows by 40 MB until it tries again. */
const WAL_BOUND = JOURNAL_SIZE_LIMIT + 4 * 40 * 1024 * 1024

const filler = fileURLToPath(new URL('./processes/fill.ts', import.meta.url))

test(`${WRITERS.length} processes that write all the time do not keep the WAL from being emptied`, async () => {
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  await (await SqliteEventStore.open(path)).close()

  const writers = WRITERS.map((prefix) =>
    spawn(process.execPath, [...process.execArgv, filler, path, prefix, String(EVENTS_EACH)], { stdio: 'inherit' }),
  )
  let largest = 0
  const watching = setInterval(() => {
    largest = Math.max(largest, statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0)
  }, 20)
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]))
  clearInterval(watching)

  const written = statSync(path).size
  await directory.remove()
  process.stdout.write(`${megabytes(written)} MB written, the WAL had ${megabytes(largest)} MB at most\n`)
  expect(codes).toEqual(WRITERS.map(() => 0))
  expect(written).toBeGreaterThan(3 * WAL_BOUND)
  expect(largest).toBeLessThan(WAL_BOUND)
})

const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
