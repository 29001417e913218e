import { readFile } from 'node:fs/promises'
import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { absent, newCommit, newEvent } from '../support/commits.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

const MINUTE = 60_000
const START = Date.parse('2026-11-30T00:00:00Z')

/** The queries of the guide by which people look at the log, in their order. */
async function queries(): Promise<readonly string[]> {
  const guide = await readFile(new URL('../../../../docs/guide/postgres.md', import.meta.url), 'utf8')
  const section = /## Looking at the log\n.*?\n## /s.exec(guide)?.[0] ?? ''
  return [...section.matchAll(/```sql\n(.*?)```/gs)]
    .flatMap(([, block = '']) => block.split(/ \\gset\n|;\n/))
    .filter(Boolean)
}

async function answer(client: Client, query: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${query}`)
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on (events|streams)/)
  return (await client.query<Record<string, unknown>>(query)).rows
}

it('queries of the guide find what a command did, and what came since, by indexes', { timeout: 60_000 }, async () => {
  const url = await stage.database()
  const store = await stage.store({ url })
  // One commit a minute, of two events; every third one in a batch of its own, so that positions have gaps.
  const commits = Array.from({ length: 1_200 }, (_, i) =>
    newCommit(store, [absent(`s-${i}`)], [newEvent(store, `s-${i}`), newEvent(store, `s-${i}`)], {
      commandId: `command-${i}`,
      recordedAt: START + i * MINUTE,
    }),
  )
  for (let i = 0; i < 60; i += 3) {
    await store.append(commits.slice(i, i + 1))
    await store.append(commits.slice(i + 1, i + 3))
  }
  await store.append(commits.slice(60, 600))
  await store.append(commits.slice(600))
  const client = await stage.client(url)
  await client.query('analyze')
  const [find = '', range = '', since = ''] = await queries()

  const [found] = await answer(client, find.replace('…', 'command-31'))
  const filled = range.replaceAll(/:(\w+)/g, (_, name: string) => String(found?.[name]))
  expect(await answer(client, filled)).toMatchObject([
    { stream: 's-31', version: '1', command_id: 'command-31' },
    { stream: 's-31', version: '2', command_id: 'command-31' },
  ])

  // From the minute before on, at any place in a batch, between batches, and beyond both ends.
  for (const i of [0, 1, 31, 32, 33, 59, 60, 61, 600, 777, 1_199]) {
    const at = new Date(START + i * MINUTE).toISOString()
    const rows = await answer(client, since.replace('2026-11-30 08:00+01', at))
    // Behind the first event of the commit before, so that one's second event comes along.
    const first = rows.find(({ version }) => version === '1')
    expect(first, at).toMatchObject({ command_id: `command-${Math.max(0, i - 1)}` })
  }
  expect(await answer(client, since.replace('2026-11-30 08:00+01', '2027-01-01'))).toMatchObject([{ version: '2' }])
})
