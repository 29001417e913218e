import { isFoldOfLog } from '@eventcore/testing/contract'
import { afterAll, expect, it } from 'vitest'
import { dropDatabases, emptyDatabase } from '../support/postgres-database.ts'
import { stopWriters } from '../support/stopped.ts'
import { withProcesses } from './processes.ts'
import { stopProjecting, WITH_LOCKS } from './stopped-projecting.ts'

afterAll(dropDatabases)

it('a process that is stopped within its batch holds others up for a while only, applies nothing twice when it goes on, and works again', async () => {
  const rounds = await withProcesses((processes) =>
    stopProjecting(processes, () => isFoldOfLog(processes), [WITH_LOCKS]),
  )
  expect(rounds).toMatchObject([{ worksAgain: true, right: true }])
}, 120_000)

it('others append while a process that appends to the same streams is stopped', async () => {
  const { url, drop } = await emptyDatabase()
  const { stops, appends } = await stopWriters(url, [300, 300, 300])
  expect(stops).toHaveLength(3)
  expect(appends).toBeGreaterThan(20)
  await drop()
}, 120_000)
