import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryEventStore } from '@eventcore/memory'
import type { Commit } from 'eventcore'
import { expect, test } from 'vitest'
import { CsvFile } from '../src/input/csv-file.ts'
import { statementFormat } from '../src/input/statement-row.ts'
import { importStatement } from '../src/jobs/import-statement.ts'
import { statement } from './fixture/statement.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

/** Notes which commits come together. Takes a moment for each call, as a disk does, so that some do. */
class WatchedStore extends MemoryEventStore {
  readonly batches: (readonly Commit[])[] = []

  override async append(commits: readonly Commit[]) {
    this.batches.push(commits)
    await sleep(1)
    return await super.append(commits)
  }
}

test('rows of one account are executed one after the other in the order of the file, others together', {
  timeout: 60_000,
}, async () => {
  await using directory = await temporaryDirectory()
  const csv = statement(2_000, 12, 13)
  await writeFile(directory.file('rows.csv'), csv)
  const store = new WatchedStore()
  const file = await CsvFile.open(directory.file('rows.csv'), statementFormat)
  const context = { store, location: { kind: 'memory' }, concurrency: 64 } as const
  const { failure } = await importStatement(file, context)
  expect(failure).toBeUndefined()

  for (const commits of store.batches) {
    const accounts = commits.map(accountOf)
    expect(new Set(accounts).size).toBe(accounts.length)
  }
  expect(Math.max(...store.batches.map(({ length }) => length))).toBeGreaterThan(6)

  const inFile = Map.groupBy(csv.trimEnd().split('\n').slice(1), (line) => `account/${line.split(';')[1]}`)
  const executed = Map.groupBy(store.batches.flat(), accountOf)
  for (const [account, lines] of inFile) {
    const ids = lines.map((line) => `statement-${line.split(';')[0]}`)
    expect(executed.get(account)?.map(({ commandId }) => commandId)).toEqual(ids)
  }
})

const accountOf = ({ checks }: Commit): string =>
  checks.find(({ stream }) => stream.startsWith('account/'))?.stream ?? ''
