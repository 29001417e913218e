import { DatabaseSync } from 'node:sqlite'
import type { FeedFilter } from 'eventcore'
import { expect, onTestFinished, test } from 'vitest'
import { FeedFilters } from '../src/feed-filter.ts'
import { SqliteEventStore } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { fill } from './writing.ts'

test.each<[string, FeedFilter]>([
  ['no filter', {}],
  ['one stream', { streams: ['filled-1'] }],
  ['several streams and a type', { streams: ['filled-1', 'filled-2'], types: ['Filled'] }],
  ['types', { types: ['Filled'] }],
  ['a prefix', { prefix: 'filled-' }],
  ['several prefixes', { prefixes: ['filled-', 'other-'] }],
])('a page of the feed reads a range of positions, whatever is asked for: %s', async (_, filter) => {
  const directory = await temporaryDirectory()
  onTestFinished(() => directory.remove())
  const path = directory.file('store.db')
  const store = await SqliteEventStore.open(path)
  await fill(store, 2_000, { streams: 2 })
  await store.close()
  const db = new DatabaseSync(path)
  onTestFinished(() => db.close())
  let text = ''
  const recording = {
    prepare: (sql: string) => {
      text = sql
      return db.prepare(sql)
    },
  } as DatabaseSync
  new FeedFilters(recording).statement(filter)
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { readonly detail: string }[]
  const steps = plan.map(({ detail }) => detail)
  expect(steps.filter((step) => /\be\b/.test(step))).toEqual([
    'SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
  ])
  // A sort would read all of the page's range, or of the stream, before it gives the first event.
  expect(steps.filter((step) => step.includes('ORDER BY'))).toEqual([])
})
