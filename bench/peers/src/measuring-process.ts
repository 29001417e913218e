// One of the processes that measure: one library, one operation.
import { Audit, NOTHING, type Tally } from '../../src/harness/audit.ts'
import { closedLoop, LatencyRecorder, once, type Phase, repeated } from '../../src/harness/closed-loop.ts'
import { seededRandom } from '../../src/harness/random.ts'
import { serveTasks } from '../../src/harness/serve-tasks.ts'
import type { Measured, Prepared, Task } from '../../src/harness/task.ts'
import { Arrivals } from './arrivals.ts'
import { OPERATIONS, Outcomes } from './operations.ts'
import type { Bank } from './participant.ts'
import { participantNamed } from './participants/catalogue.ts'

const FEED_ACCOUNTS = 1_000
const WARM_UP = 0.5

serveTasks(async (task: Task) => {
  const participant = await participantNamed(task.subject)
  const bank = await participant.open(task)
  const close = (): Promise<void> => bank.close()
  switch (task.scenario) {
    case 'catch-up':
      return { ...(await prepareCatchUp(bank, task)), close }
    case 'delivery':
      return { ...(await prepareDelivery(bank, task)), close }
    default:
      return { ...(await prepareOperations(bank, task)), close }
  }
})

type Ready = Omit<Prepared, 'close'>

async function filled(bank: Bank, task: Task, accounts: number, amount: number, each: number): Promise<Tally> {
  if (task.process > 0) return NOTHING
  if (task.filled !== true && accounts > 0) await bank.fill(accounts, amount, each)
  return { entries: accounts * each, money: accounts * amount * each }
}

async function prepareOperations(bank: Bank, task: Task): Promise<Ready> {
  const scenario = OPERATIONS[task.scenario]
  if (scenario === undefined) throw new Error(`There is no operation "${task.scenario}".`)
  const opened = await filled(bank, task, scenario.accounts, scenario.balance, 1)
  const outcomes = new Outcomes()
  const operation = scenario.operations(bank, seededRandom(task.seed * 1_000 + task.process))
  const call = (): Promise<void> => outcomes.call(operation)
  const loop = (seconds: number): Promise<Phase> =>
    task.times === undefined ? closedLoop(task.inFlight, seconds, call) : repeated(task.times, call)
  if (task.seconds > 0) await loop(scenario.warmUpSeconds ?? task.seconds * WARM_UP)
  const { acknowledged } = outcomes.take()
  return {
    opened: { entries: opened.entries + acknowledged.entries, money: opened.money + acknowledged.money },
    measure: async () => {
      const phase = await loop(task.seconds)
      for (const failure of outcomes.failures()) process.stderr.write(`\n${task.subject}: ${failure}\n`)
      return { ...measuredOf(phase), ...outcomes.take() }
    },
    check: (all) => verdictOf(bank, all, scenario.credits),
  }
}

async function verdictOf(
  bank: Bank,
  acknowledged: Tally,
  credits: (typeof OPERATIONS)[string]['credits'] = () => [],
): ReturnType<Ready['check']> {
  const log = await bank.log()
  const audit = new Audit()
  let { entries, money } = acknowledged
  for (const credit of credits(log)) {
    audit.add(credit)
    entries++
    money += credit.amount
  }
  for (const entry of log) audit.add(entry)
  return audit.verdict({ entries, money })
}

async function prepareCatchUp(bank: Bank, task: Task): Promise<Ready> {
  const { catchUp } = bank
  const { parameter: events = 20_000 } = task
  if (catchUp === undefined) throw new Error(`${task.subject} has nothing to catch up with.`)
  const opened = await filled(bank, task, FEED_ACCOUNTS, 1, Math.ceil(events / FEED_ACCOUNTS))
  let missed = 0
  return {
    opened,
    measure: async () => {
      const arrivals = new Arrivals()
      const begun = performance.now()
      const { cpu, latencies } = await once(() => catchUp.call(bank, arrivals, opened.entries))
      missed = opened.entries - arrivals.seen
      const seconds = (arrivals.lastAt - begun) / 1_000
      return { ...measuredOf({ cpu, latencies, seconds }), operations: arrivals.seen }
    },
    // An event that is in the log and that a subscriber is never given is lost to it.
    check: async (all) => {
      const verdict = await verdictOf(bank, all)
      return {
        ...verdict,
        lost: verdict.lost + Math.max(0, missed),
        surplus: verdict.surplus + Math.max(0, -missed),
      }
    },
  }
}

async function prepareDelivery(bank: Bank, task: Task): Promise<Ready> {
  const { follow } = bank
  const { parameter: deliveries = 30 } = task
  if (follow === undefined) throw new Error(`${task.subject} has nothing to follow.`)
  const opened = await filled(bank, task, 100, 1, 1)
  return {
    opened,
    measure: async () => {
      const latencies = new LatencyRecorder()
      let arrived: ((time: number) => void) | undefined
      const stop = await follow(() => arrived?.(performance.now()))
      const phase = await once(async () => {
        for (let i = 0; i < deliveries; i++) {
          await new Promise((resolve) => setTimeout(resolve, 20))
          const arrival = new Promise<number>((resolve) => {
            arrived = resolve
          })
          const called = performance.now()
          await bank.deposit(String(i % 100), 1)
          latencies.add((await arrival) - called)
        }
      })
      await stop()
      const acknowledged = { entries: deliveries, money: deliveries }
      return { ...measuredOf(phase), operations: deliveries, latencies: latencies.values(), acknowledged }
    },
    check: (all) => verdictOf(bank, all),
  }
}

function measuredOf(phase: Phase): Measured {
  return { ...phase, operations: 0, rejected: 0, retries: 0, gaveUp: 0, acknowledged: NOTHING, roundTrips: undefined }
}
