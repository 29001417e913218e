import type { DefineProjection } from 'eventcore'

export type SqlValue = string | number | null

/**
 * What the read models need of a store: they are written once, in SQL that SQLite and PostgreSQL have in common. Parameters are
 * `$1`, `$2`, …; `{text}` is a text that sorts by its bytes.
 */
export interface Sql<Tx> {
  readonly define: DefineProjection<Tx, void>
  /** Runs one statement in the transaction of the projection. */
  readonly run: (tx: Tx, statement: string, ...values: readonly SqlValue[]) => void
}

/** Reads what the projections have written. */
export interface ReadDatabase {
  /** @throws ZodError when a row is not what the schema says: a defect of the query */
  query<Row>(
    row: { parse(value: unknown): Row },
    statement: string,
    ...values: readonly SqlValue[]
  ): Promise<readonly Row[]>
}
