import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { MIGRATIONS } from '../src/migrations.ts'
import { storeError } from './store-error.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { appendOne, commitOn, fill } from './writing.ts'

// Processes are started, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

const refused = async (path: string | URL, options = {}): Promise<{ code: string; message: string }> => {
  const { code, message } = await storeError(SqliteEventStore.open(path, { busyTimeoutMs: 50, ...options }))
  return { code, message }
}

test.each([':memory:', ''])('refuses %j and names the store that is meant for that', async (path) => {
  const { code, message } = await refused(path)
  expect(code).toBe('STORE_FAILURE')
  expect(message).toContain('@eventcore/memory')
})

test.each([
  [{ durability: 'ful' }, 'durability', '"full" or "normal"'],
  [{ busyTimeoutMs: '50' }, 'busyTimeoutMs', 'a number of at least 0'],
  [{ cachedStreams: -1 }, 'cachedStreams', 'a whole number of at least 0'],
  [{ synchronous: 'full' }, 'synchronous', 'durability, busyTimeoutMs'],
])('refuses the options %j before the file comes into being', async (options, option, expected) => {
  const path = directory.file('a.db')
  const error = await SqliteEventStore.open(path, options as never).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'INVALID_OPTIONS', option, message: expect.stringContaining(expected) })
  expect(existsSync(path)).toBe(false)
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
  [{}, 'an object without properties'],
])('refuses %s for a path', async (file, shown) => {
  await expect(SqliteEventStore.open(file as never)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    option: 'file',
    message: `The option file is ${shown}; the path of a file, or a URL, is expected.`,
  })
})

test('takes a file URL, and refuses a URL in a string, which would become the name of a file', async () => {
  const store = await SqliteEventStore.open(pathToFileURL(directory.file('a b.db')))
  await appendOne(store, commitOn(store, 'one'))
  await store.close()
  const again = await SqliteEventStore.open(directory.file('a b.db'))
  expect(await again.listStreams({ limit: 10 })).toEqual([{ stream: 'one', version: 1 }])
  await again.close()
  expect((await refused(pathToFileURL(directory.file('a.db')).href)).message).toContain('URL')
})

test('says that the directory is missing', async () => {
  const { code, message } = await refused(directory.file('nowhere/store.db'))
  expect(code).toBe('STORE_FAILURE')
  expect(message).toContain('Create it first')
})

test('says that the path is a directory, or leads through a file', async () => {
  mkdirSync(directory.file('folder'))
  expect((await refused(directory.file('folder'))).message).toContain('is a directory')
  writeFileSync(directory.file('plain'), 'text')
  expect((await refused(directory.file('plain/store.db'))).message).toContain('is not a directory')
})

test('leaves a file alone that is no database', async () => {
  const path = directory.file('notes.txt')
  writeFileSync(path, 'These are notes, and long enough to have a header of a hundred bytes. '.repeat(20))
  const before = readFileSync(path)
  const { code, message } = await refused(path)
  expect(code).toBe('STORE_FAILURE')
  expect(message).toContain('not a SQLite database')
  expect(readFileSync(path)).toEqual(before)
})

test('says that a file is corrupt', async () => {
  const path = directory.file('store.db')
  const store = await SqliteEventStore.open(path)
  await fill(store, 500)
  await store.close()
  truncateSync(path, 6_000)
  const { code, message } = await refused(path)
  expect(code).toBe('STORE_FAILURE')
  expect(message).toContain('corrupt')
})

test('says that a later version of the library has written to the file', async () => {
  const path = directory.file('store.db')
  await (await SqliteEventStore.open(path)).close()
  const other = new DatabaseSync(path)
  other.exec("INSERT INTO eventcore_migrations (version, name, applied_at) VALUES (999, 'from the future', 0)")
  other.close()
  const { code, message } = await refused(path)
  expect(code).toBe('STORE_FAILURE')
  expect(message).toMatch(/schema version 999.*update @eventcore\/sqlite/s)
})

test('gives up on a file that another connection keeps locked, and opens it when it is free', async () => {
  const path = directory.file('store.db')
  await (await SqliteEventStore.open(path)).close()
  const other = new DatabaseSync(path)
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  const { code, message } = await refused(path)
  expect(code).toBe('STORE_UNAVAILABLE')
  expect(message).toContain('another process')
  const waiting = SqliteEventStore.open(path)
  setTimeout(() => other.close(), 60)
  await (await waiting).close()
})

test('eight openings of one new file at once migrate it once', async () => {
  const path = directory.file('store.db')
  const stores = await Promise.all(Array.from({ length: 8 }, () => SqliteEventStore.open(path)))
  for (const store of stores) await store.close()
  const db = new DatabaseSync(path)
  expect(db.prepare('SELECT count(*) AS n FROM eventcore_migrations').get()).toEqual({ n: MIGRATIONS.length })
  db.close()
})

const child = fileURLToPath(new URL('./processes/open.ts', import.meta.url))

test('so do four processes', async () => {
  const open = async (): Promise<string> => {
    const args = [...process.execArgv, child, directory.file('store.db')]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return JSON.parse(stdout).code
  }
  expect(await Promise.all([open(), open(), open(), open()])).toEqual(['OPENED', 'OPENED', 'OPENED', 'OPENED'])
})

test('what was appended before is there after opening again, and the store goes on from there', async () => {
  const path = directory.file('store.db')
  const store = await SqliteEventStore.open(path)
  await appendOne(store, commitOn(store, 'one', { events: 3 }))
  const cursor = await store.headCursor()
  await store.close()
  const again = await SqliteEventStore.open(path)
  expect(await again.headCursor()).toBe(cursor)
  expect(await appendOne(again, commitOn(again, 'two'))).toMatchObject({ status: 'committed', positions: ['4'] })
  await again.close()
})

// Root may write to everything, so these open the store in a process of a user who may not.
function openedByNobody(path: string): { readonly code: string; readonly message: string } {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, child, path], {
    ...user,
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

test('says that the file may not be written to', async () => {
  const path = directory.file('store.db')
  await (await SqliteEventStore.open(path)).close()
  chmodSync(directory.path, 0o777)
  chmodSync(path, 0o444)
  const { code, message } = openedByNobody(path)
  expect(code).toBe('STORE_FAILURE')
  expect(message).toContain('write permission')
})

test('says that the directory may not be written to', async () => {
  const path = directory.file('store.db')
  await (await SqliteEventStore.open(path)).close()
  chmodSync(path, 0o666)
  chmodSync(directory.path, 0o555)
  try {
    const { code, message } = openedByNobody(path)
    expect(code).toBe('STORE_FAILURE')
    expect(message).toMatch(/may read and write both|write permission/)
  } finally {
    chmodSync(directory.path, 0o755)
  }
})

test('says that the directory may not be written to, where there is no file yet', () => {
  chmodSync(directory.path, 0o555)
  try {
    const { code, message } = openedByNobody(directory.file('new.db'))
    expect(code).toBe('STORE_FAILURE')
    expect(message).toContain('may read and write both')
  } finally {
    chmodSync(directory.path, 0o755)
  }
})

test('a file that lacks one of its tables is refused as every other that cannot be used, and is let go of', async () => {
  const path = directory.file('store.db')
  await (await SqliteEventStore.open(path)).close()
  const db = new DatabaseSync(path)
  db.exec('ALTER TABLE eventcore_fence RENAME TO elsewhere')
  const { code, message } = await refused(path)
  expect(code).toBe('STORE_FAILURE')
  expect(message).toContain('"open" failed on')
  expect(message).toContain('eventcore_fence')
  // Its connections are closed: this one is the last, and may leave write-ahead logging.
  db.exec('ALTER TABLE elsewhere RENAME TO eventcore_fence; PRAGMA journal_mode = DELETE')
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
  db.close()
  await (await SqliteEventStore.open(path)).close()
})
