import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** What the parts of a store work with: its two connections, and calls that are refused once the store is closed. */
export interface StoreAccess {
  readonly reader: Reader
  readonly writer: Writer
  /** Runs the body in one snapshot. */
  read<T>(operation: string, body: () => T): Promise<T>
  /** Runs the body in a write transaction, which it shares with others: see `WriteJob`. */
  write<T>(operation: string, body: () => T): Promise<T>
}
