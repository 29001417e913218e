import { StoreFailure } from 'eventcore'
import type { ClientBase } from 'pg'
import { type Migration, migrationFiles } from './migration-files.ts'
import type { Naming } from './naming.ts'

/** Of an advisory lock, all stores of a database alike: no two instances migrate at once. */
const MIGRATION_LOCK = 6_093_177_021

/** A process that is suspended in the middle of it holds everybody up for so long, whoever's connection it has. */
const IDLE_TIMEOUT_MS = 15_000

/** The SQL that brings a database from what it has to what this version of the store needs, in one transaction. */
export async function pendingSql(client: ClientBase, names: Naming): Promise<string> {
  return scriptOf(await pendingMigrations(client, names), names)
}

/**
 * Applies what is missing, all or nothing. Safe when several instances start at once: one does it, the others wait and
 * find it done.
 */
export async function migrate(client: ClientBase, names: Naming): Promise<void> {
  // Mostly there is nothing to do, and then nothing is locked and no right is needed but to read.
  if ((await pendingMigrations(client, names)).length === 0) return
  await client.query(`begin; set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`)
  try {
    await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    const pending = await pendingMigrations(client, names)
    if (pending.length > 0) await client.query(body(pending, names))
    await client.query('commit')
  } catch (error) {
    // When the connection is gone the transaction is too.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
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
    : `begin;\nselect pg_advisory_xact_lock(${MIGRATION_LOCK});\n\n${body(pending, names)}\ncommit;\n`

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
