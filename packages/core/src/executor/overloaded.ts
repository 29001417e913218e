import { ExecutorOverloaded } from '../errors/command-errors.ts'

/** Refuses a command since so many are under way already, those included whose input an asynchronous schema is looking at. */
export function overloaded(commandName: string, commandId: string, underWay: number): ExecutorOverloaded {
  const message = `${underWay} commands are under way in this process, which is the limit. Send fewer at once, or raise maxQueue.`
  return new ExecutorOverloaded(commandName, commandId, message)
}
