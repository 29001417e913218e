import { type AnyRejection, type Command, CommandExecutor, type Outcome } from 'eventcore'
import { NOTHING } from '../harness/audit.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { seededRandom } from '../harness/random.ts'
import type { Measured, Task } from '../harness/task.ts'
import { countCalls, type OpenedStore } from '../stores/open-store.ts'
import { entryOfEvent } from '../workloads/entry-of-event.ts'
import { type Filling, fill } from '../workloads/fill.ts'
import { auditStore } from './audit-store.ts'
import type { Scenario } from './scenario.ts'

/** How much of a measurement its warm-up takes on top, at least. */
const WARM_UP = 0.5
/** Where states are cached: commands of the warm-up for each stream, so that 98 of 100 streams are met, and its end. */
const COMMANDS_PER_STREAM = 4
/** So that the code is compiled. */
const FEWEST_COMMANDS = 20_000
const LONGEST_WARM_UP_MS = 8_000
/**
 * Of several processes, all of which end it together. Four that had warmed up one by one did 1,650 transfers a second on PostgreSQL, and 3,870
 * after this.
 */
const WARM_UP_TOGETHER_MS = 20_000

export interface CommandWorkload {
  readonly name: string
  readonly title: string
  readonly filling: (task: Task) => Iterable<Filling>
  /** For millions of events, which take too long one by one. Default 1. */
  readonly eventsPerCommit?: number
  /** How many connections the store has, where it has a pool. Default: the store's own. */
  readonly connections?: (task: Task) => number
  /** Over how many executors the commands go, in turns. Default 1, as a process should have. */
  readonly executors?: (task: Task) => number
  /** Makes one command after the other. */
  readonly commands: (random: () => number, task: Task) => () => Command<string, AnyRejection>
}

/** A scenario that executes commands, each of which is a whole one: validated, folded, decided, committed with its record. */
export function commandScenario({
  name,
  title,
  filling,
  eventsPerCommit,
  connections,
  executors = () => 1,
  commands,
}: CommandWorkload): Scenario {
  return {
    name,
    title,
    unit: 'commands',
    connections,
    prepare: async (store, task) => {
      const filled = task.process === 0 ? await fill(store, filling(task), eventsPerCommit) : NOTHING
      const caller = new Caller(store, task, executors(task), commands)
      return {
        opened: filled,
        warmUp: async () => {
          await warmUp(caller, task, filling)
          return caller.take().acknowledged
        },
        measure: async () => {
          const phase = await closedLoop(task.inFlight, task.seconds, caller.call)
          return { ...phase, operations: phase.latencies.length, ...caller.take(), gaveUp: 0 }
        },
        check: async (acknowledged) => {
          await caller.close()
          return await auditStore(store, acknowledged)
        },
      }
    },
  }
}

/**
 * Without a cache, for a moment. With one until it is full: on PostgreSQL a half-full cache costs more than none, since reads split
 * the batches (85 to 105 µs of CPU for a command, where a full one costs 40 and none at all 73). Several processes take a fixed time.
 */
async function warmUp(caller: Caller, task: Task, filling: CommandWorkload['filling']): Promise<void> {
  if (task.processes > 1) {
    await closedLoop(task.inFlight, (task.longestWarmUpMs ?? WARM_UP_TOGETHER_MS) / 1_000, caller.call)
    return
  }
  const streams = new Set<string>()
  if (task.cached) for (const { stream } of filling(task)) streams.add(stream)
  const enough = Math.max(streams.size * COMMANDS_PER_STREAM, task.cached ? FEWEST_COMMANDS : 0)
  const end = performance.now() + (task.longestWarmUpMs ?? LONGEST_WARM_UP_MS)
  let commands = 0
  do {
    const { latencies } = await closedLoop(task.inFlight, task.seconds * WARM_UP, caller.call)
    commands += latencies.length
  } while (commands < enough && performance.now() < end)
}

/** Executes commands, and keeps count of what it was told. */
class Caller {
  readonly #executors: readonly CommandExecutor[]
  readonly #next: () => Command<string, AnyRejection>
  readonly #calls: () => number
  #turn = 0
  #entries = 0
  #money = 0
  #rejected = 0
  #retries = 0
  #callsBefore = 0

  constructor(store: OpenedStore, task: Task, executors: number, commands: CommandWorkload['commands']) {
    this.#calls = countCalls(store)
    const cachedStreams = task.cached ? 50_000 : 0
    const onRetry = (): void => {
      this.#retries++
    }
    this.#executors = Array.from({ length: executors }, () => new CommandExecutor(store, { cachedStreams, onRetry }))
    this.#next = commands(seededRandom(task.seed * 1_000 + task.process), task)
  }

  readonly call = async (): Promise<void> => {
    const executor = this.#executors[this.#turn++ % this.#executors.length] as CommandExecutor
    this.#heard(await executor.execute(this.#next()))
  }

  /** What happened since it was asked last. */
  take(): Pick<Measured, 'acknowledged' | 'rejected' | 'retries' | 'roundTrips'> {
    const calls = this.#calls()
    const taken = {
      acknowledged: { entries: this.#entries, money: this.#money },
      rejected: this.#rejected,
      retries: this.#retries,
      roundTrips: calls - this.#callsBefore,
    }
    this.#entries = 0
    this.#money = 0
    this.#rejected = 0
    this.#retries = 0
    this.#callsBefore = calls
    return taken
  }

  async close(): Promise<void> {
    await Promise.all(this.#executors.map((executor) => executor.close()))
  }

  #heard(outcome: Outcome<AnyRejection>): void {
    if (outcome.status === 'rejected') {
      this.#rejected++
      return
    }
    for (const { stream, type, data } of outcome.events) {
      this.#entries++
      this.#money += entryOfEvent(stream, type, data).amount
    }
  }
}
