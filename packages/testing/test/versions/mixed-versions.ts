// Two versions of the stores on one database: processes of the version before write and follow the feed while one of this
// version migrates, and go on beside it. Argument: a check-out of the version before, with its dependencies:
//
//   git worktree add ../before COMMIT && (cd ../before && npm run check)
//   npm exec -c 'node --conditions=eventcore-source packages/testing/test/versions/mixed-versions.ts ../before'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { PostgresEventStore } from '@eventcore/postgres'
import { SqliteEventStore } from '@eventcore/sqlite'
import { startPostgres, wrapStore } from '@eventcore/testing'
import { raceAndCheck, workloads } from '@eventcore/testing/checker'
import type { EventStore } from 'eventcore'

const RACE_MS = 15_000

/** How one version opens the database. */
type Open = () => Promise<EventStore>

const before = resolve(process.argv[2] ?? '')

/** The same class as the other version exports it. */
async function classOf<Class>(name: 'sqlite' | 'postgres', exported: string): Promise<Class> {
  const module: Readonly<Record<string, unknown>> = await import(
    pathToFileURL(join(before, 'packages', name, 'src', 'index.ts')).href
  )
  return module[exported] as Class // the check-out is one of ours
}

/** A store that is opened while others work already: whoever calls it first waits for it. */
function opening(other: EventStore, now: Promise<EventStore>): EventStore {
  return wrapStore(other, {
    read: async (...call) => (await now).read(...call),
    append: async (...call) => (await now).append(...call),
    findCommits: async (...call) => (await now).findCommits(...call),
    readFeed: async (...call) => (await now).readFeed(...call),
    waitForEvents: async (...call) => (await now).waitForEvents(...call),
  })
}

async function mixed(name: string, openBefore: Open, openNow: Open): Promise<void> {
  const [first, second] = [await openBefore(), await openBefore()]
  const lease = await first.leases.acquire('kept', 'before', 600_000)
  let migratedMs = 0
  const now = sleep(RACE_MS / 3).then(async () => {
    const begun = performance.now()
    const store = await openNow()
    migratedMs = Math.round(performance.now() - begun)
    return store
  })
  const run = await raceAndCheck([first, second, opening(first, now)], workloads.hotSet(), {
    commands: Number.POSITIVE_INFINITY,
    timeLimitMs: RACE_MS,
    followers: 3,
    check: { witness: 'commits' },
  })
  const held = (await (await now).leases.holder('kept'))?.owner === 'before'
  const renewed = lease !== undefined && (await first.leases.renew(lease, 600_000)) !== undefined
  const refused = await openBefore().then(
    (store) => store.close().then(() => undefined),
    (error: unknown) => String(error),
  )
  for (const store of [first, second, await now]) await store.close()
  const ok = run.ok && run.failed === 0 && run.unknown === 0 && held && renewed && refused !== undefined
  process.stdout.write(
    `${name}: ${ok ? 'PASSED' : 'FAILED'}. Opened by the new version, which migrated it, in ${migratedMs} ms. ${run.explain()}\n` +
      `  lease of the version before: ${held ? 'held' : 'LOST'}, ${renewed ? 'renewed' : 'NOT RENEWED'}; ` +
      `another instance of it: ${refused ?? 'NOT REFUSED'}\n`,
  )
  if (!ok) process.exitCode = 1
}

const directory = mkdtempSync(join(tmpdir(), 'eventcore-versions-'))
const file = join(directory, 'store.db')
const SqliteBefore = await classOf<typeof SqliteEventStore>('sqlite', 'SqliteEventStore')
await mixed(
  'sqlite',
  () => SqliteBefore.open(file),
  () => SqliteEventStore.open(file),
)
rmSync(directory, { recursive: true })

const server = await startPostgres({ durable: true, own: true })
const { url } = await server.createDatabase()
const PostgresBefore = await classOf<typeof PostgresEventStore>('postgres', 'PostgresEventStore')
await mixed(
  'postgres',
  () => PostgresBefore.open(url),
  () => PostgresEventStore.open(url),
)
await server.stop()
