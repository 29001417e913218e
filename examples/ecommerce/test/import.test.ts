import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SqliteEventStore } from '@eventcore/sqlite'
import { expect, test } from 'vitest'
import { HELP } from '../src/help.ts'
import { readSalesBooks } from '../src/log/read-sales-books.ts'
import { writeStockFile } from '../src/log/stock-file.ts'
import { openShop, parseStoreUrl } from '../src/store/open-shop.ts'
import { emptyStore } from './fixture/empty-store.ts'
import { PATIENCE, run, startProgram } from './fixture/program.ts'
import { recompute } from './fixture/recompute.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

const SAMPLE = fileURLToPath(new URL('../sample/invoices.csv', import.meta.url))

test('invoices that are taken over are in the log as they are in the file, and once', PATIENCE, async () => {
  await using directory = await temporaryDirectory()
  const stock = directory.file('stock.csv')
  const args = ['--store', `sqlite:${directory.file('shop.db')}`, '--import', SAMPLE, '--stock', stock, '--json']
  const first = await run(args)
  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' })
  const summary = JSON.parse(first.stdout)
  expect(summary).toMatchObject({ asInFile: true, oversold: 0, unequal: 0, alreadyCommitted: 0 })
  for (const key of [...Object.keys(summary), 'error']) expect(HELP).toMatch(new RegExp(`\\b${key}\\b`))
  expect(readFileSync(stock, 'utf8')).toBe(recompute(SAMPLE))
  const again = JSON.parse((await run(args)).stdout)
  expect(again).toMatchObject({ committed: 0, alreadyCommitted: summary.committed, asInFile: true })
  expect(readFileSync(stock, 'utf8')).toBe(recompute(SAMPLE))
})

test('orders that are killed in the middle end as if they had run through', PATIENCE, async () => {
  await using directory = await temporaryDirectory()
  const file = directory.file('shop.db')
  const args = ['--store', `sqlite:${file}`, '--load', '600']
  const watcher = await SqliteEventStore.open(file)
  const program = startProgram([...args, '--concurrency', '1'])
  while ((await watcher.listStreams({ prefix: 'order/', limit: 60 })).length < 60) await sleep(2)
  program.kill('SIGKILL')
  await once(program, 'close')
  await watcher.close()
  const { code, stdout } = await run([...args, '--json'])
  expect(code).toBe(0)
  const { committed, alreadyCommitted, ...summary } = JSON.parse(stdout)
  // It was in the middle of it.
  expect(committed).toBeGreaterThan(0)
  expect(alreadyCommitted).toBeGreaterThanOrEqual(60)
  expect(committed + alreadyCommitted).toBe(600)
  expect(summary).toMatchObject({ asInFile: true, oversold: 0, unequal: 0 })
})

test('two that take over the same file at the same time do it once', PATIENCE, async () => {
  await using store = await emptyStore('postgres')
  await using directory = await temporaryDirectory()
  const stock = directory.file('stock.csv')
  const args = ['--store', store.url, '--import', SAMPLE, '--json']
  const both = await Promise.all([run(args), run(args)])
  expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(2).fill({ code: 0, stderr: '' }))
  const shop = await openShop(parseStoreUrl(store.url))
  await writeStockFile(stock, await readSalesBooks(shop.events))
  await shop.close()
  expect(readFileSync(stock, 'utf8')).toBe(recompute(SAMPLE))
})

test('a broken file ends with exit code 1 and without a shop', PATIENCE, async () => {
  await using directory = await temporaryDirectory()
  const file = directory.file('invoices.csv')
  await writeFile(file, readFileSync(SAMPLE, 'utf8').replace(/,\d+,2026-01-05 08:00:01,/, ',six,2026-01-05 08:00:01,'))
  const store = directory.file('shop.db')
  const { code, stdout, stderr } = await run(['--store', `sqlite:${store}`, '--import', file, '--json'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/invoices.csv, line 4: Quantity is "six"/)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(JSON.parse(stdout)).toEqual({ error: { code: 'FILE_BROKEN', message: stderr.trimEnd() } })
  expect(existsSync(store)).toBe(false)
})

test('a command line that cannot be understood ends with exit code 2', PATIENCE, async () => {
  const { code, stdout, stderr } = await run(['--nonsense'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('--help')
})
