import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cellId, STANDARD } from '../src/cells.ts'
import { GOALS } from '../src/report/goals.ts'
import { writeReport } from '../src/report/write-report.ts'
import { writeResults } from '../src/results/files.ts'
import { cellAt, resultsOf, sampleAt } from './fixture/results.ts'

async function report(): Promise<{ readonly page: string; readonly plots: ReadonlyMap<string, string> }> {
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-report-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const own = resultsOf(
    [
      ...[1, 16, 64].map((inFlight) =>
        cellAt(`postgres/transfer/c${inFlight}`, [900 * inFlight, 1_000 * inFlight], { inFlight }),
      ),
      cellAt('postgres/deposit/c64', [19_000, 21_000]),
      cellAt('memory/deposit/c64', [300_000], { samples: [sampleAt(300_000)] }),
    ],
    {
      label: 'A trial & <nothing> more',
      limits: [{ name: 'postgres-appends-64', description: 'bare | loop', perSecond: 40_000 }],
    },
  )
  const peers = resultsOf(
    [
      cellAt('eventcore/deposit/c64', [20_000], { note: 'ours' }),
      cellAt('other/deposit/c64', [1_000], {
        note: 'no checks',
        samples: [sampleAt(1_000, { verdict: { acknowledged: 9, lost: 0, surplus: 0, oversold: 2, moneyOff: 0 } })],
      }),
    ],
    { kind: 'peers' },
  )
  await writeResults(join(directory, 'eventcore.json'), own)
  await writeResults(join(directory, 'peers.json'), peers)
  const elsewhere = resultsOf([cellAt('memory/deposit/c64', [160_000])], {
    label: 'A slow one',
    code: 'abc123, with changes',
  })
  const slow = { ...elsewhere, machine: { ...elsewhere.machine, model: 'a slow model' } }
  await writeResults(join(directory, 'eventcore-slow.json'), slow)
  const younger = resultsOf([cellAt('memory/deposit/c64', [170_000])], { label: 'A part', code: 'def456' })
  await writeResults(join(directory, 'eventcore-younger.json'), younger)
  const growth = resultsOf(
    [1_000, 10_000].map((parameter) =>
      cellAt(`sqlite/stored/n${parameter}/c64`, [5_000_000 / parameter], { parameter }),
    ),
    { label: 'Ever more' },
  )
  await writeResults(join(directory, 'growth.json'), growth)
  const [page = '', ...plots] = await writeReport({ results: directory, docs: directory })
  const texts = await Promise.all(plots.map(async (path) => [path, await readFile(path, 'utf8')] as const))
  return { page: await readFile(page, 'utf8'), plots: new Map(texts) }
}

test('the page holds figures, goals, limits, the ratio to the best other library and the oracle’s word', {
  timeout: 20_000,
}, async () => {
  const { page } = await report()
  expect(page).toContain(
    '| PostgreSQL, 1 stream, state cached | 20,000/s, p95 2 ms | 19,000 – 21,000 | 20,000/s, p95 8 ms | 35,000/s, p95 3.5 ms | floor |',
  )
  expect(page).toContain(
    '| memory, 1 stream | 300,000/s, p95 2 ms | 300,000 – 300,000 | 150,000/s | 270,000/s | goal |',
  )
  expect(page).toContain('| bare \\| loop | 40,000 |')
  expect(page).toContain('50 %')
  expect(page).toContain('1,000/s (other) | × 20 |')
  expect(page).toContain('| other | 9 | 0 | 0 | 0 | 2 | 0 | 0 |')
  expect(page).toContain('**A trial & <nothing> more**')
})

test('figures of other machines and commits, and of growing stores, stand under their own circumstances', {
  timeout: 20_000,
}, async () => {
  const { page } = await report()
  const sections = new Map(page.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]))
  const elsewhere = [...sections].find(([title]) => title.startsWith('On another machine, '))?.[1]
  expect(elsewhere).toContain('**A slow one**')
  expect(elsewhere).toContain('commit abc123, with changes')
  expect(elsewhere).toMatch(/^\| memory, 1 stream \| 160,000\/s.* \| floor \|$/m)
  const figures = [...sections].find(([title]) => title.startsWith('All figures of the '))?.[1]
  expect(figures).toMatch(/^\| memory \| 64 \| 1 \| 160,000 \|/m)
  expect(sections.get('On the same machine, commit def456')).toMatch(
    /^\| memory, 1 stream \| 170,000\/s.* \| floor \|$/m,
  )
  expect(sections.get('All figures of commit def456')).toMatch(/^\| memory \| 64 \| 1 \| 170,000 \|/m)
  const growth = sections.get('With more and more events')
  expect(growth).toContain('**Ever more**')
  expect(growth).toContain('benchmarks/stored.svg')
  expect(growth).toMatch(/^\| .* \| 10,000 \| .* \| 500 \|/m)
  expect(sections.get('EventCore')).not.toContain('stored.svg')
})

test('each plot is a well-formed picture that the page shows', { timeout: 20_000 }, async () => {
  const { page, plots } = await report()
  expect(plots.size).toBe(4)
  for (const [path, svg] of plots) {
    expect(page).toContain(`benchmarks/${path.split('/').at(-1)}`)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    const opened = svg.match(/<[a-z]+[ >]/g)?.length
    const closed = (svg.match(/<\/[a-z]+>/g)?.length ?? 0) + (svg.match(/\/>/g)?.length ?? 0)
    expect(closed).toBe(opened)
  }
})

test('every goal is about a cell that the benchmark measures', () => {
  const measured = new Set(STANDARD.filter(({ headline }) => headline).map(cellId))
  expect(GOALS.map(({ id }) => id).filter((id) => !measured.has(id))).toEqual([])
})

test('no two cells have the same id', () => {
  const ids = STANDARD.map(cellId)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})
