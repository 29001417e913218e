// What is possible on this machine without a library, so that each figure is also a share of something.
import type { Limit } from '../results/result-file.ts'
import { rounded } from '../results/statistics.ts'
import type { BenchServer } from '../stores/postgres-server.ts'
import { createBenchFile } from '../stores/sqlite-file.ts'
import { bareInserts, roundTrips, storeAppends } from './postgres-limits.ts'
import { flushes, sqliteTransactions } from './sqlite-limits.ts'

/** @param seconds for each of them */
export async function measureLimits(server: BenchServer | undefined, seconds: number): Promise<readonly Limit[]> {
  const limits: Limit[] = []
  const add = (name: string, description: string, perSecond: number): void => {
    limits.push({ name, description, perSecond: rounded(perSecond) })
  }
  const file = await createBenchFile()
  try {
    add(
      'fsync',
      'flushes of 8 kB to the disk of the temporary directory, one after the other',
      await flushes(file.path, seconds),
    )
  } finally {
    await file.remove()
  }
  for (const batch of [1, 64]) {
    const database = await createBenchFile()
    try {
      const rate = await sqliteTransactions(database.path, batch, seconds)
      add(
        `sqlite-rows-${batch}`,
        `bare node:sqlite: rows of an event's size, ${batch} for each durable transaction`,
        rate,
      )
    } finally {
      await database.remove()
    }
  }
  if (server === undefined) return limits
  const database = await server.createDatabase()
  try {
    add('postgres-round-trips', 'bare driver: select 1, one after the other', await roundTrips(database.url, seconds))
    for (const batch of [1, 64, 256]) {
      const rate = await bareInserts(database.url, batch, seconds)
      add(
        `postgres-rows-${batch}`,
        `bare driver: unchecked rows of an event's size, ${batch} for each durable insert`,
        rate,
      )
    }
    for (const batch of [1, 64, 256]) {
      const rate = await storeAppends(database.url, batch, seconds)
      add(
        `postgres-appends-${batch}`,
        `the store's own SQL in a bare loop, ready-made commits, ${batch} for each call`,
        rate,
      )
    }
  } finally {
    await database.drop()
  }
  return limits
}
