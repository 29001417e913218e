import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { AnomalyKind } from '../src/checker/anomaly.ts'
import { checkHistory } from '../src/checker/check-history.ts'
import { workloads } from '../src/workload/workloads.ts'
import { written } from './checker/written-history.ts'
import { KILLED_BY_RACING } from './mutants/killed-by-racing.ts'

const guide = readFileSync(new URL('../../../docs/guide/checker.md', import.meta.url), 'utf8')

/** Fails to compile when a kind is missing. */
const KINDS: Readonly<Record<AnomalyKind, true>> = {
  'version-order': true,
  'duplicate-event': true,
  'unknown-command': true,
  'committed-twice': true,
  'lost-commit': true,
  'torn-commit': true,
  'failed-but-visible': true,
  'unreported-event': true,
  'forgotten-commit': true,
  'misplaced-event': true,
  'payload-changed': true,
  'read-set-differs': true,
  'read-from-nowhere': true,
  'read-of-uncommitted': true,
  'read-of-own-write': true,
  cycle: true,
  'stale-at-commit': true,
  'feed-against-real-time': true,
  'fractured-read': true,
  'missed-delivery': true,
  'duplicate-delivery': true,
  'unknown-delivery': true,
  'delivery-order': true,
  'projection-differs': true,
  'projection-ahead': true,
}

test('the guide names every anomaly and every workload, and counts the broken stores', () => {
  for (const kind of Object.keys(KINDS)) expect(guide).toContain(`\`${kind}\``)
  for (const name of Object.keys(workloads)) expect(guide).toContain(`| \`${name}\` |`)
  expect(KILLED_BY_RACING).toHaveLength(16)
})

test('the verdict in the guide is what the checker says', () => {
  const both = { 'doctor/ann': 1, 'doctor/bob': 1 }
  const { history, log } = written([
    { id: 'open', writes: ['doctor/ann', 'doctor/bob'], at: [0, 10] },
    { id: 'ann-leaves', reads: both, writes: ['doctor/ann'], at: [20, 40] },
    { id: 'bob-leaves', reads: both, writes: ['doctor/bob'], at: [30, 50] },
  ])
  expect(guide).toContain(`\`\`\`text\n${checkHistory(history, log).explain()}\n\`\`\``)
})

test('the programs of the guide run', () => {
  // Torture's have tests of their own, and take longer.
  const programs = [...guide.matchAll(/```ts\n(.*?)```/gs)]
    .map(([, program = '']) => program)
    .filter((program) => program.includes('console.log('))
  expect(programs).toHaveLength(2)
  const [race, record] = programs.map((program) =>
    execFileSync(
      process.execPath,
      ['--conditions=eventcore-source', '--input-type=module-typescript', '--eval', program],
      { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' },
    ),
  )
  expect(race).toMatch(/^\d+ committed, \d+ conflicts, seed \d+\n$/)
  expect(record).toMatch(/^Consistent: 1 call \(1 committed, /)
}, 30_000)
