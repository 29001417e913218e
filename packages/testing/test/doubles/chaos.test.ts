import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, readEvents } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { checkHistory, executorClient, readLog, runWorkload, workloads } from '../../src/checker/index.ts'
import { Chaos, type ChaosOptions, collectEvents } from '../../src/index.ts'
import { Account, OpenAccount, TransferMoney } from '../specification/bank.ts'

const open = (account: string) => OpenAccount({ account, owner: 'somebody' })
const immediately = async (): Promise<void> => {}

async function codesOf(options: ChaosOptions, calls = 200): Promise<readonly string[]> {
  const store = new Chaos({ ...options, sleep: immediately }).wrap(new MemoryEventStore())
  const codes: string[] = []
  for (let i = 0; i < calls; i++) {
    const told = await store.append([commitOf(store.newId())]).then(
      ([result]) => result?.status,
      (error: { code: string }) => error.code,
    )
    codes.push(told ?? 'nothing')
  }
  return codes
}

const commitOf = (commandId: string, stream = `account/${commandId}`) => ({
  commandId,
  commandName: 'Open',
  inputHash: 'none',
  checks: [{ stream, version: 0, headId: null, base: 0 }],
  events: [{ id: `event-of-${commandId}`, stream, type: 'AccountOpened', data: '{"owner":"a"}' }],
  recordedAt: 0,
  correlationId: commandId,
  causationId: null,
  metadata: '{}',
})

describe('what goes wrong', () => {
  test('is determined by the seed', async () => {
    const options = { unavailable: 0.2, lostReplies: 0.2, lostRequests: 0.1 }
    const once = await codesOf({ seed: 1, ...options })
    expect(await codesOf({ seed: 1, ...options })).toEqual(once)
    expect(await codesOf({ seed: 2, ...options })).not.toEqual(once)
    expect(new Set(once)).toEqual(new Set(['committed', 'STORE_UNAVAILABLE', 'COMMIT_OUTCOME_UNKNOWN']))
  })

  test.each([
    ['unavailable', 'STORE_UNAVAILABLE', 0],
    ['lostReplies', 'COMMIT_OUTCOME_UNKNOWN', 1],
    ['lostRequests', 'COMMIT_OUTCOME_UNKNOWN', 0],
    ['lateWrites', 'COMMIT_OUTCOME_UNKNOWN', 1],
  ] as const)('%s: the caller is told %s, and in the end %i events are there', async (fault, code, events) => {
    const inner = new MemoryEventStore()
    const chaos = new Chaos({ [fault]: 1 })
    await expect(chaos.wrap(inner).append([commitOf('a')])).rejects.toMatchObject({ code })
    await chaos.settled()
    expect((await inner.readFeed({ limit: 9 })).events).toHaveLength(events)
    expect(chaos.faults[fault]).toBe(1)
  })

  test('a late write is not there when its caller is told', async () => {
    const inner = new MemoryEventStore()
    const waits: (() => void)[] = []
    const chaos = new Chaos({ lateWrites: 1, sleep: () => new Promise<void>((resolve) => waits.push(resolve)) })
    await expect(chaos.wrap(inner).append([commitOf('a')])).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    expect(await inner.findCommits(['a'])).toEqual([])
    for (const resolve of waits) resolve()
    await chaos.settled()
    expect(await inner.findCommits(['a'])).toHaveLength(1)
  })

  test('ends when calm is asked for', async () => {
    const chaos = new Chaos({ unavailable: 1 })
    const store = chaos.wrap(new MemoryEventStore())
    await expect(store.headCursor()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    chaos.calm()
    expect(await store.headCursor()).toBeUndefined()
  })

  test('takes time when there is latency', async () => {
    const waits: number[] = []
    const sleep = async (ms: number): Promise<void> => void waits.push(ms)
    const store = new Chaos({ latencyMs: 50, sleep }).wrap(new MemoryEventStore())
    await store.headCursor()
    expect(waits).toHaveLength(2)
    for (const ms of waits) expect(ms).toBeLessThan(50)
  })

  test.each([
    { unavailable: 1.5 },
    { lostReplies: -1 },
    { duplicateDelivery: 1 },
    { lostReplies: 0.6, lateWrites: 0.6 },
  ])('cannot be %j', (options) => {
    expect(() => new Chaos(options)).toThrow('is expected')
  })
})

test('duplicate delivery: consumers see events again, in order, and get to the end', async () => {
  const inner = new MemoryEventStore()
  const executor = new CommandExecutor(inner)
  for (let i = 0; i < 200; i++) await executor.execute(open(`a${i}`))
  const chaos = new Chaos({ seed: 3, duplicateDelivery: 0.5 })
  const seen: string[] = []
  for await (const { stream } of readEvents(chaos.wrap(inner), { pageSize: 7 })) seen.push(stream)
  expect(seen.length).toBeGreaterThan(200)
  expect([...new Set(seen)]).toEqual(Array.from({ length: 200 }, (_, i) => `account/a${i}`))
  expect(chaos.faults.duplicateDelivery).toBeGreaterThan(0)
})

test('a command on an unreliable store commits once, and its caller is told so', async () => {
  const inner = new MemoryEventStore()
  const chaos = new Chaos({ seed: 11, unavailable: 0.2, lostReplies: 0.2, lostRequests: 0.1, lateWrites: 0.1 })
  const executor = new CommandExecutor(chaos.wrap(inner), { maxAttempts: 1_000, retryMaxDelayMs: 1 })
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => executor.execute(open(`a${i}`))))
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['committed']))
  await chaos.settled()
  expect((await inner.readFeed({ limit: 1_000 })).events).toHaveLength(100)
})

// The proof that chaos stays within the contract, and that the executor bears it: the checker finds nothing, in no workload.
describe.each(['hotSet', 'discovery', 'phantom', 'onCall', 'readDependency', 'bank', 'ring'] as const)(
  'executors on an unreliable store: %s',
  (name) => {
    test('are consistent', { timeout: 60_000 }, async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const chaos = new Chaos({
        seed,
        latencyMs: 1,
        unavailable: 0.03,
        lostReplies: 0.05,
        lostRequests: 0.03,
        lateWrites: 0.05,
      })
      const inner = new MemoryEventStore()
      const executorOptions = { retryMaxDelayMs: 4 }
      const client = executorClient({ executors: 3, executorOptions })
      const workload = workloads[name]()
      // Followers and those who read the log afterwards have no patience with chaos.
      const options = { seed, commands: 200, clients: 8, followers: 0, client }
      const run = await runWorkload([chaos.wrap(inner), chaos.wrap(inner)], workload, options)
      await chaos.settled()
      const log = await readLog(inner)
      const verdict = checkHistory(run.history, log, { witness: 'commits-and-queries' })
      expect(verdict.ok, `seed ${seed}: ${verdict.explain()}`).toBe(true)
      expect(workload.violations?.(log) ?? [], `seed ${seed}`).toEqual([])
      expect(run.retried, `seed ${seed}`).toBeGreaterThan(0)
      const { unavailable, lostReplies, lostRequests, lateWrites } = chaos.faults
      expect(
        Math.min(unavailable, lostReplies, lostRequests, lateWrites),
        JSON.stringify(chaos.faults),
      ).toBeGreaterThan(0)
    })
  },
)

test('a collector on an unreliable store gets all events', async () => {
  const chaos = new Chaos({ seed: 5, unavailable: 0.2, latencyMs: 1 })
  const inner = new MemoryEventStore()
  const collector = collectEvents(chaos.wrap(inner), { streams: [Account], pageSize: 2 })
  const executor = new CommandExecutor(inner)
  for (let i = 0; i < 10; i++) await executor.execute(open(`a${i}`))
  await executor.execute(TransferMoney({ from: 'a0', to: 'a1', amount: 1 }))
  expect((await collector.take(10)).map(({ key }) => key)).toEqual(Array.from({ length: 10 }, (_, i) => `a${i}`))
  await collector.stop()
})
