import { StoreFailure, StoreUnavailable } from 'eventcore'
import type { ClientBase } from 'pg'
import { isServerError } from '../connection/driver-error.ts'
import { lockHolders } from './lock-holders.ts'
import { type Migration, migrationFiles } from './migration-files.ts'
import type { Naming } from './naming.ts'

/** Of an advisory lock, all stores of a database alike: no two instances migrate at once. */
const MIGRATION_LOCK = 6_093_177_021

/** A process that is suspended in the middle of it holds everybody up for so long, whoever's connection it has. */
const IDLE_TIMEOUT_MS = 15_000

/**
 * Some steps lock a table as a whole. Behind one that waits for a lock (a dump may hold it for an hour) whoever uses the table waits
 * too, appends included: so it waits shortly, lets them pass, and tries again, for less than a statement may take (30 s).
 */
interface MigrationPatience {
  /** Of one lock. */
  readonly lockMs: number
  /** Before the second attempt; twice as long before each further one, up to {@link longestPauseMs}. */
  readonly pauseMs: number
  readonly longestPauseMs: number
  /** After that no attempt is begun. */
  readonly totalMs: number
}

const PATIENCE: MigrationPatience = { lockMs: 2_000, pauseMs: 1_000, longestPauseMs: 4_000, totalMs: 20_000 }

/** `lock_not_available`, `deadlock_detected` */
const LOCK_FAILURES = new Set(['55P03', '40P01'])

/** The SQL that brings a database from what it has to what this version of the store needs, in one transaction. */
export async function pendingSql(client: ClientBase, names: Naming): Promise<string> {
  return scriptOf(await pendingMigrations(client, names), names)
}

/**
 * Applies what is missing, all or nothing. Safe when several instances start at once: one does it, the others wait and
 * find it done.
 * @throws StoreUnavailable (`STORE_UNAVAILABLE`) when sessions kept a table locked all the time; the message names them
 */
export async function migrate(client: ClientBase, names: Naming, patience = PATIENCE): Promise<void> {
  // Mostly there is nothing to do, and then nothing is locked and no right is needed but to read.
  if ((await pendingMigrations(client, names)).length === 0) return
  // At any other level it would not see what the one that it waited for has done.
  await client.query(
    `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS};
      set local lock_timeout = ${patience.totalMs + patience.lockMs}`,
  )
  try {
    await client.query('savepoint attempt')
    try {
      await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    } catch (error) {
      throw await asLocked(error, client, names, patience)
    }
    const pending = await pendingMigrations(client, names)
    if (pending.length > 0) await insist(client, names, patience, body(pending, names))
    await client.query('commit')
  } catch (error) {
    // When the connection is gone the transaction is too.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Keeps its turn among those that migrate over all attempts, so that they do not lock the tables one after the other. */
async function insist(client: ClientBase, names: Naming, patience: MigrationPatience, sql: string): Promise<void> {
  const { lockMs, longestPauseMs, totalMs } = patience
  const end = performance.now() + totalMs
  await client.query(`set local lock_timeout = ${lockMs}`)
  for (let { pauseMs } = patience; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      await client.query('savepoint attempt')
      await client.query(sql)
      return
    } catch (error) {
      const locked = await asLocked(error, client, names, patience)
      if (locked === error || performance.now() + pauseMs > end) throw locked
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** The error that names who holds the locks, where that was the reason, and gives back those that we have; else the error itself. */
async function asLocked(
  error: unknown,
  client: ClientBase,
  names: Naming,
  { lockMs }: MigrationPatience,
): Promise<unknown> {
  if (!isServerError(error) || !LOCK_FAILURES.has(error.code)) return error
  await client.query('rollback to savepoint attempt')
  const holders = await lockHolders(client, names, { migrationLock: MIGRATION_LOCK, olderThanMs: lockMs })
  return new StoreUnavailable(
    `The schema ${names.schema} was not migrated: others kept its tables locked (${error.message}). ${
      holders.length === 0 ? 'They are gone now.' : `Now hold locks there: ${holders.join('; ')}.`
    } Nothing was changed. Try again when they have ended, or end them: select pg_terminate_backend(pid).`,
    'migrate',
    { cause: error },
  )
}

/** @throws StoreFailure (`STORE_FAILURE`) when the schema is not the one that this version of the store needs */
export async function assertMigrated(client: ClientBase, names: Naming): Promise<void> {
  const pending = await pendingMigrations(client, names)
  if (pending.length === 0) return
  throw new StoreFailure(
    `The schema ${names.schema} lacks ${pending.map(({ name }) => name).join(', ')}. Run \`migratePostgres\` as the owner of the schema first (it has a dry run), or open the store with migrations: 'apply'.`,
    'open',
  )
}

async function pendingMigrations(client: ClientBase, names: Naming): Promise<Migration[]> {
  const table = `${names.schema}.${names.prefix}migrations`
  const migrations = await migrationFiles(names)
  // Not to_regclass: that looks into the session's cache, which may not know yet what was created while we waited for the lock.
  const { rowCount } = await client.query('select from pg_tables where schemaname = $1 and tablename = $2', [
    names.schema.slice(1, -1),
    `${names.prefix}migrations`,
  ])
  if (rowCount === 0) return [...migrations]
  const { rows: applied } = await client.query<{ number: number }>(`select number from ${table}`)
  const done = new Set(applied.map(({ number }) => number))
  const newest = migrations.at(-1)?.number ?? 0
  const unknown = [...done].filter((number) => number > newest)
  if (unknown.length > 0)
    throw new StoreFailure(
      `The schema ${names.schema} has migration ${Math.max(...unknown)}, and this version of @eventcore/postgres knows ${newest} at most: a newer version has migrated it. Update this one.`,
      'open',
    )
  return migrations.filter(({ number }) => !done.has(number))
}

const scriptOf = (pending: readonly Migration[], names: Naming): string =>
  pending.length === 0
    ? ''
    : `begin;\nset local lock_timeout = '${PATIENCE.lockMs} ms';\nselect pg_advisory_xact_lock(${MIGRATION_LOCK});\n\n${body(pending, names)}\ncommit;\n`

function body(pending: readonly Migration[], { schema, prefix }: Naming): string {
  const table = `${schema}.${prefix}migrations`
  // "create schema if not exists" needs the right to create schemas even where there is one.
  const first = `do $$ begin
  if to_regnamespace('${schema}') is null then create schema ${schema}; end if;
end $$;
create table if not exists ${table} (
  number integer primary key,
  name text not null,
  applied_at timestamptz not null default clock_timestamp()
);
set local search_path = ${schema};
`
  const steps = pending.map(
    ({ number, name, sql }) =>
      `-- ${name}\n${sql.trimEnd()}\ninsert into ${table} (number, name) values (${number}, '${name}');\n`,
  )
  return [first, ...steps].join('\n')
}
