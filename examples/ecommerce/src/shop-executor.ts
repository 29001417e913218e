import { CommandExecutor, type EventStore, type ExecutorOptions } from 'eventcore'

/** An order may name 5,000 products, and reads a handful of streams beside their stock. */
const MAX_STREAMS = 6_000

/** The executor with the limits that the commands of the shop need. One per process. */
export const shopExecutor = (store: EventStore, options: ExecutorOptions = {}): CommandExecutor =>
  new CommandExecutor(store, { maxStreams: MAX_STREAMS, ...options })
