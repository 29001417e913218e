import type { PostgresControl } from '../../postgres/start-postgres.ts'
import type { FaultKind } from '../faults/fault-kind.ts'
import type { MovableClock } from '../faults/movable-clock.ts'
import type { SmallDisk } from '../faults/small-disk.ts'
import type { TcpProxy } from '../faults/tcp-proxy.ts'
import type { StoreLocation } from './store-location.ts'

/** A store that is tortured for one round: empty at the beginning. */
export interface Arena {
  /** As the processes reach it. */
  readonly location: StoreLocation
  /** As it is reached without anything in between. */
  readonly direct: StoreLocation
  readonly witness: 'commits' | 'commits-and-queries'
  readonly proxy?: TcpProxy
  readonly server?: TorturedServer
  readonly disk?: SmallDisk
  /** Figures of this moment, whose names end with their units: looked at several times a second. */
  gauge?(): Readonly<Record<string, number>>
  /** Figures of the round as a whole, when everything has come to an end. */
  totals?(): Promise<Readonly<Record<string, number>>>
  /** Resolves when nothing more can be written by calls that were given up. */
  settled?(): Promise<void>
  /** What the database says of itself in the end: `undefined` when it is whole. */
  integrity(): Promise<string | undefined>
  dispose(): Promise<void>
}

export interface TorturedServer {
  /** `undefined`: it is not ours. */
  readonly control: PostgresControl | undefined
  /** By which it goes, where it can be moved. */
  readonly clock: MovableClock | undefined
  /** Runs one statement, as an administrator. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** A kind of store that can be tortured. */
export interface Target {
  readonly name: string
  /** Faults that cannot be had here, and why. */
  readonly impossible: Readonly<Partial<Record<FaultKind, string>>>
  /** What a reader of the figures should know. */
  readonly settings: Readonly<Record<string, string>>
  arena(round: string): Promise<Arena>
  dispose(): Promise<void>
}
