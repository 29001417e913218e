import { CommandExecutor } from 'eventcore'
import { expect, onTestFinished, test } from 'vitest'
import { bytesAllocatedBy, bytesRetainedBy } from '../src/harness/allocations.ts'
import { openStore } from '../src/stores/open-store.ts'
import { Deposit, Transfer } from '../src/workloads/bank.ts'
import { openPlace } from './fixture/open-place.ts'

const COMMANDS = 5_000
const ACCOUNTS = 100

/** On a file, so that what is stored is not held in memory; not flushed, since nothing is timed. */
async function warmBank() {
  const store = await openStore('sqlite-normal', await openPlace('sqlite-normal'))
  const executor = new CommandExecutor(store)
  onTestFinished(async () => {
    await executor.close()
    await store.close()
  })
  const run = async (command: (n: number) => Parameters<typeof executor.execute>[0], count: number): Promise<void> => {
    for (let first = 0; first < count; first += 100)
      await Promise.all(Array.from({ length: 100 }, (_, i) => executor.execute(command(first + i))))
  }
  const deposit = (n: number) => Deposit({ account: String(n % ACCOUNTS), amount: 1 })
  const transfer = (n: number) => Transfer({ from: String(n % ACCOUNTS), to: String((n + 1) % ACCOUNTS), amount: 1 })
  // Caches are full and code is compiled. After 2,000 of each it is so as a rule only: a transfer took 14,900 bytes or 16,300 then.
  await run(deposit, 10_000)
  await run(transfer, 10_000)
  return { deposits: (count: number) => run(deposit, count), transfers: (count: number) => run(transfer, count) }
}

test('a command leaves nothing behind in memory', { timeout: 60_000 }, async () => {
  const { deposits } = await warmBank()
  // The heap itself is some 200 kB more or less from one look to the next, so over many: a reference kept by mistake takes more.
  const commands = 4 * COMMANDS
  expect((await bytesRetainedBy(() => deposits(commands))) / commands).toBeLessThan(32)
})

test('a reference that is kept shows', async () => {
  const kept: Uint8Array[] = []
  const retained = await bytesRetainedBy(async () => {
    for (let i = 0; i < COMMANDS; i++) kept.push(new Uint8Array(16))
  })
  expect(retained / kept.length).toBeGreaterThan(50)
})

/** November 2026: 9,800 to 10,100 bytes and 14,300 to 14,600; 8,200 and 13,400 on another machine, before inputs were copied and frozen. */
test('a command allocates no more than its budget', { timeout: 60_000 }, async () => {
  const { deposits, transfers } = await warmBank()
  const oneStream = (await bytesAllocatedBy(() => deposits(COMMANDS))) / COMMANDS
  const twoStreams = (await bytesAllocatedBy(() => transfers(COMMANDS))) / COMMANDS
  expect(oneStream).toBeLessThan(9_500)
  expect(twoStreams).toBeLessThan(16_500)
})
