import type { Position } from './position.ts'

/** An event on its way into a store: named, and its payload already encoded as JSON text. */
export interface NewEvent {
  /** UUIDv7, made anew for each attempt: it names the content that a version number cannot name. */
  readonly id: string
  readonly stream: string
  readonly type: string
  /** JSON text. A store keeps it byte for byte. */
  readonly data: string
}

/** An event as a store keeps it. */
export interface StoredEvent extends NewEvent {
  /** 1 for the first event of its stream, and without gaps from there. */
  readonly version: number
  readonly position: Position
}
