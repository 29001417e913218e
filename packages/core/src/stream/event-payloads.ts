declare const converted: unique symbol

/**
 * Stands among a stream's events for a payload that its schema converts: `Stored` is what `emit` takes and the log holds
 * (the schema's input), `Seen` is what folds and projections get (its output, transforms and defaults applied). A payload
 * that the schema only checks stands there as it is.
 */
export interface Converted<Stored, Seen> {
  /** Never there at run time: carries the types. */
  readonly [converted]: readonly [stored: Stored, seen: Seen]
}

/** What `emit` takes and the log stores: `EventInput<EventsOf<typeof Account>['MoneyDeposited']>`. */
export type EventInput<Payload> = [Payload] extends [Converted<infer Stored, unknown>] ? Stored : Payload

/** What folds and projections see: `EventData<EventsOf<typeof Account>['MoneyDeposited']>`. */
export type EventData<Payload> = [Payload] extends [Converted<unknown, infer Seen>] ? Seen : Payload
