import { isFoldOfLog, KILL_SITES } from '@eventcore/testing/contract'
import { afterAll, expect, it } from 'vitest'
import { dropDatabases, emptyDatabase } from '../support/postgres-database.ts'
import { stopWriters } from '../support/stopped.ts'
import { withProcesses } from './processes.ts'
import { type Stop, stopProjecting, WITH_LOCKS } from './stopped-projecting.ts'

afterAll(dropDatabases)

const STOPS_MS = [100, 300, 1_000, 3_000, 10_000, 30_000]

it('processes are stopped for 0.1 to 30 s at each place of a batch: nothing is applied twice', async () => {
  const sites = KILL_SITES.filter((site) => site !== 'lease-taken')
  const stops: readonly Stop[] = [
    ...Array.from({ length: 6 }, () => WITH_LOCKS),
    ...[...sites, ...sites].map((site) => ({ site })),
    ...STOPS_MS.map((stoppedMs, i) => ({ site: sites[i % sites.length] ?? 'page-read', stoppedMs })),
  ]
  const rounds = await withProcesses((processes) => stopProjecting(processes, () => isFoldOfLog(processes), stops))
  process.stdout.write(`stopped while projecting: ${JSON.stringify(rounds)}\n`)
  expect(rounds.filter(({ right, worksAgain }) => !right || !worksAgain)).toEqual([])
}, 1_800_000)

it('processes that append are stopped for 0.1 to 30 s', async () => {
  const { url, drop } = await emptyDatabase()
  const report = await stopWriters(url, [...STOPS_MS, ...STOPS_MS])
  process.stdout.write(`stopped while appending: ${JSON.stringify(report)}\n`)
  expect(report.stops).toHaveLength(2 * STOPS_MS.length)
  await drop()
}, 600_000)
