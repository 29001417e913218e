import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, defineStream, unchecked } from 'eventcore'

/** Ends by itself, without closing anything; a command that only its deadline can end is waited for. */
const Thing = defineStream('thing', {
  events: { Done: unchecked<object>() },
  initial: () => 0,
  apply: { Done: (count) => count + 1 },
})
const Do = defineCommand({
  name: 'Do',
  input: unchecked<{ hang: boolean }>(),
  streams: () => ({ thing: Thing('a') }),
  handle: ({ input, thing }) => (input.hang ? new Promise<[]>(() => {}) : thing.emit('Done', {})),
})

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
process.once('beforeExit', () => say('nothing left'))

// The default deadline is 10 seconds away: a timer that kept the process would keep it so long.
const executor = new CommandExecutor(new MemoryEventStore(), { timeoutMs: 3_600_000 })
say((await executor.execute(Do({ hang: false }))).status)
await executor.execute(Do({ hang: true }), { timeoutMs: 50 }).catch((error) => say(error.code))
