export {
  afterCommands,
  type CommandWorld,
  followsModel,
  type ModelCommand,
  type ModelStep,
  modelCommand,
  type PropertyOptions,
} from './command-properties.ts'
export { anyCommand } from './commands.ts'
export {
  anyEvent,
  anyHistory,
  type HistoryOptions,
  type PayloadArbitraries,
  type SeenEvent,
  type WritableStreamReference,
} from './events.ts'
export { NoArbitrary } from './no-arbitrary.ts'
export { type CallScheduler, interleave, scheduledStore } from './scheduled-store.ts'
