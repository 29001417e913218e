import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Commit } from 'eventcore'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { storeError } from './store-error.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { openWithWriter } from './writer-connection.ts'
import { appendOne, commitOn } from './writing.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

const data = JSON.stringify('x'.repeat(20_000))

/** Appends until the store refuses, each commit on a stream of its own. */
async function appendUntilFull(store: SqliteEventStore): Promise<{ acknowledged: Commit[]; refused: Commit }> {
  const acknowledged: Commit[] = []
  for (;;) {
    const commit = commitOn(store, `stream-${acknowledged.length}`, { data })
    const outcome = await appendOne(store, commit).catch((error: unknown) => error)
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: 'STORE_FAILURE', retryable: false })
      expect(outcome.message).toMatch(/full.*Free space, then try again.*Nothing was written/s)
      return { acknowledged, refused: commit }
    }
    acknowledged.push(commit)
    if (acknowledged.length > 10_000) throw new Error('it never got full')
  }
}

async function expectExactly(store: SqliteEventStore, path: string, acknowledged: Commit[], refused: Commit) {
  const found = await store.findCommits([...acknowledged, refused].map(({ commandId }) => commandId))
  expect(found.map(({ commandId }) => commandId).sort()).toEqual(acknowledged.map(({ commandId }) => commandId).sort())
  const db = new DatabaseSync(path, { readOnly: true })
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  db.close()
}

test('a full database refuses for certain, and goes on when there is room', async () => {
  const path = directory.file('store.db')
  const { store, writer } = await openWithWriter(path)
  writer.exec('PRAGMA max_page_count = 200')
  const { acknowledged, refused } = await appendUntilFull(store)
  expect(acknowledged.length).toBeGreaterThan(5)
  await expectExactly(store, path, acknowledged, refused)
  expect(await storeError(store.append([refused]))).toMatchObject({ code: 'STORE_FAILURE' })

  writer.exec('PRAGMA max_page_count = 100000')
  expect((await appendOne(store, refused)).status).toBe('committed')
  await store.close()
})

// A file system of its own needs the right to mount one. Where that is missing the test above covers the same paths
// but for COMMIT.
const mount = (on: string): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', on], { stdio: 'pipe' })
}
const unmount = (from: string): void => {
  execFileSync('umount', ['-l', from], { stdio: 'pipe' })
}
function canMount(): boolean {
  const on = mkdtempSync(join(tmpdir(), 'eventcore-mount-'))
  try {
    mount(on)
    unmount(on)
    return true
  } catch {
    return false
  } finally {
    rmdirSync(on)
  }
}

if (canMount()) {
  test('a full disk refuses for certain, and the store goes on when space is freed', async () => {
    const disk = directory.file('disk')
    mkdirSync(disk)
    mount(disk)
    try {
      const ballast = join(disk, 'ballast')
      writeFileSync(ballast, Buffer.alloc(3_000_000))
      const path = join(disk, 'store.db')
      const store = await SqliteEventStore.open(path)
      const { acknowledged, refused } = await appendUntilFull(store)
      expect(acknowledged.length).toBeGreaterThan(50)
      await expectExactly(store, path, acknowledged, refused)
      // However often: nothing that the store writes to find out may use up the last page.
      for (let i = 0; i < 60; i++) {
        const error = await storeError(store.append([commitOn(store, `again-${i}`, { data })]))
        expect(error).toMatchObject({ code: 'STORE_FAILURE' })
      }

      await rm(ballast)
      expect((await appendOne(store, refused)).status).toBe('committed')
      await store.close()
      const again = await SqliteEventStore.open(path)
      await expectExactly(again, path, [...acknowledged, refused], commitOn(again, 'never'))
      await again.close()
    } finally {
      unmount(disk)
    }
  })
}
