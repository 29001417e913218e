import { naming } from './naming.ts'

export interface PostgresGrantsOptions {
  /** As the store was opened with. Default `eventcore`. */
  readonly schema?: string
  /** Of the tables, as the store was opened with. Default none. */
  readonly prefix?: string
  /** Role of programs that execute commands and run projections. Default: none gets these rights. */
  readonly application?: string
  /** Role that reads streams and the feed, and changes nothing. Default: none gets these rights. */
  readonly readOnly?: string
}

/**
 * The SQL that gives roles what they need and nothing else, to be run by the owner of the schema after each migration. An
 * application appends through the store's function, which has the owner's rights, and cannot insert, change or delete
 * an event by itself. Both open the store with `migrations: 'verify'`.
 * @throws InvalidDefinition (`INVALID_DEFINITION`) for names of schema or tables that cannot be
 */
export function postgresGrants(options: PostgresGrantsOptions): string {
  const { schema, prefix } = naming(options.schema, options.prefix)
  const on = (...names: string[]): string => names.map((name) => `${schema}.${prefix}${name}`).join(', ')
  const reading = (role: string): string[] => [
    `grant usage on schema ${schema} to ${role};`,
    `grant select on ${on('streams', 'events', 'snapshots', 'leases', 'checkpoints', 'dead_letters', 'projections', 'migrations', 'commits', 'recorded_events')} to ${role};`,
    `grant select on sequence ${on('batches')} to ${role};`,
    `grant execute on function ${on(...READING)} to ${role};`,
  ]
  const lines: string[] = []
  if (options.application !== undefined) {
    const role = quoted(options.application)
    lines.push(
      ...reading(role),
      `grant insert, update, delete on ${on('snapshots', 'checkpoints', 'dead_letters', 'projections')} to ${role};`,
      // A lease that was deleted would begin with the first epoch again, and fence nobody off.
      `grant insert, update on ${on('leases')} to ${role};`,
      `grant execute on function ${on(...WRITING)} to ${role};`,
    )
  }
  if (options.readOnly !== undefined) lines.push(...reading(quoted(options.readOnly)))
  return lines.map((line) => `${line}\n`).join('')
}

/** Functions that change nothing. Named one by one, for databases whose default privileges give PUBLIC none. */
const READING = [
  ...['horizon', 'version_after', 'feed_head', 'feed_status', 'read_streams', 'read_page', 'list_streams'],
  ...['find_commits', 'commit_records', 'count_events', 'lease_runs', 'sequences_lag'],
  // There is an earlier one for processes of the version before.
  'read_feed(bigint, uuid, integer, boolean, integer, text[], text[], text, text[])',
  'read_feed(bigint, uuid, integer, boolean, integer, text[], text[], text, text[], text[])',
]

const WRITING = [
  ...['append', 'append_projecting', 'pause_appends', 'advance_sequences'],
  ...['acquire_lease', 'save_checkpoint', 'move_checkpoint', 'forget_projection'],
]

const quoted = (role: string): string => `"${role.replaceAll('"', '""')}"`
