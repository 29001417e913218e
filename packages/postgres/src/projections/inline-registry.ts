import { asCursor, type Cursor, type InlineProjection, StoreFailure } from 'eventcore'
import type { ClientBase } from 'pg'
import type { FeedReader } from '../feed/feed-reader.ts'
import { type Naming, withNames } from '../schema/naming.ts'
import type { HandlerTransaction, PostgresTransaction } from './handler-transaction.ts'

/** Owns the leases of projections that are kept inline, for ever: no runner may keep them too. The append function looks for it. */
const OWNER = 'eventcore:inline'

/** So many events that were appended before are made up for when a projection becomes inline. */
const CATCH_UP_LIMIT = 1_000

const nameOf = (id: string): string => id.slice(0, id.lastIndexOf('@'))

/** Which projections the database keeps within its appends. Each method works in the transaction of the caller. */
export class InlineRegistry {
  readonly #feed: FeedReader
  readonly #sql: Readonly<Record<'exclude' | 'all' | 'pause' | 'take' | 'checkpoint' | 'save' | 'release', string>>

  constructor(feed: FeedReader, names: Naming) {
    this.#feed = feed
    const sql = (text: string): string => withNames(text, names)
    this.#sql = {
      exclude: sql(
        `select pg_advisory_xact_lock(('{schema}.{prefix}projections'::regclass::oid::bigint << 32 >> 32)::integer, 0)`,
      ),
      all: sql(`select name from {schema}.{prefix}leases where owner = '${OWNER}' order by name`),
      pause: sql('select {schema}.{prefix}pause_appends()'),
      take: sql(`insert into {schema}.{prefix}leases as l (name, owner, epoch, expires_at) values ($1, '${OWNER}', 1, 'infinity')
        on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at, epoch = l.epoch + 1
        where l.owner is null or not {schema}.{prefix}lease_runs(l.granted_at, l.expires_at)`),
      checkpoint: sql('select cursor from {schema}.{prefix}checkpoints where name = $1'),
      save: sql(`insert into {schema}.{prefix}checkpoints (name, cursor, epoch)
        select name, $2, epoch from {schema}.{prefix}leases where name = $1
        on conflict (name) do update set cursor = excluded.cursor, epoch = excluded.epoch`),
      release: sql(`update {schema}.{prefix}leases set owner = null where name = $1 and owner = '${OWNER}'`),
    }
  }

  /**
   * Makes these the projections that the database keeps inline: creates their tables, and makes up for what was appended
   * before. Another version of the same projection is kept no longer.
   * @throws StoreFailure (`STORE_FAILURE`)
   */
  async begin(
    client: ClientBase,
    tx: HandlerTransaction,
    projections: readonly InlineProjection<PostgresTransaction>[],
  ): Promise<void> {
    await client.query(this.#sql.exclude)
    for (const { setUp } of projections) await setUp?.(tx)
    await tx.flush()
    const kept = await this.#kept(client)
    const fresh = projections.filter(({ id }) => !kept.includes(id))
    const wanted = new Set(projections.map(({ id }) => id))
    const others = kept.filter((id) => !wanted.has(id))
    const unnamed = others.find((id) => !projections.some((one) => nameOf(one.id) === nameOf(id)))
    if (unnamed !== undefined) throw notNamed(unnamed)
    if (fresh.length === 0 && others.length === 0) return
    await client.query(this.#sql.pause)
    for (const id of others) await this.#end(client, id)
    for (const projection of fresh) await this.#take(client, tx, projection)
  }

  /** The version of a projection that is kept is kept no longer; its checkpoint is where the feed ends. */
  async end(client: ClientBase, name: string): Promise<void> {
    await client.query(this.#sql.exclude)
    await client.query(this.#sql.pause)
    for (const id of await this.#kept(client)) if (nameOf(id) === name) await this.#end(client, id)
  }

  async #kept(client: ClientBase): Promise<readonly string[]> {
    const { rows } = await client.query<{ name: string }>(this.#sql.all)
    return rows.map(({ name }) => name)
  }

  async #take(
    client: ClientBase,
    tx: HandlerTransaction,
    projection: InlineProjection<PostgresTransaction>,
  ): Promise<void> {
    const { id } = projection
    if ((await client.query(this.#sql.take, [id])).rowCount !== 1) throw ownedByRunner(id)
    const { rows } = await client.query<{ cursor: string }>(this.#sql.checkpoint, [id])
    const after = rows[0] === undefined ? undefined : asCursor(rows[0].cursor)
    const page = await this.#feed.page({ after, limit: CATCH_UP_LIMIT })
    if (!page.atHead) throw farBehind(id)
    projection.apply(page.events, tx)
    await tx.flush()
    await this.#save(client, id, page.cursor)
  }

  async #end(client: ClientBase, id: string): Promise<void> {
    await this.#save(client, id, await this.#feed.headCursor())
    await client.query(this.#sql.release, [id])
  }

  async #save(client: ClientBase, id: string, cursor: Cursor | undefined): Promise<void> {
    if (cursor !== undefined) await client.query(this.#sql.save, [id, cursor])
  }
}

const notNamed = (id: string): StoreFailure =>
  new StoreFailure(
    `The database keeps the projection ${id} within its appends, and this store does not name it. Name it in "inlineProjections", or end it: projections.endInline(${JSON.stringify(nameOf(id))}).`,
    'open',
  )

const ownedByRunner = (id: string): StoreFailure =>
  new StoreFailure(`A runner keeps ${id}, so it cannot become inline. Stop the runner in every process first.`, 'open')

const farBehind = (id: string): StoreFailure =>
  new StoreFailure(
    `The inline projection ${id} is more than ${CATCH_UP_LIMIT} events behind. Let a ProjectionRunner catch up with it, stop that, then open the store again.`,
    'open',
  )
