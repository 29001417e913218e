import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { deposit, SeededRandom, stateChecksum } from '@eventcore/testing'
import { ProjectionRunner, StoreUnavailable } from 'eventcore'
import { expect, test } from 'vitest'
import { SqliteEventStore } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { foldUpTo, ready, startProjecting } from './kill-projecting.ts'
import { ledger, ledgerRows } from './ledger.ts'

const ROUNDS = 6
const LEASE_MS = 200
const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

/** A process that is stopped within a write transaction of SQLite keeps the file locked for everybody, until it goes on. */
async function stopOutsideOfTransactions(store: SqliteEventStore, children: readonly ChildProcess[]): Promise<void> {
  while (true) {
    for (const child of children) child.kill('SIGSTOP')
    try {
      await deposit(store, [{ key: 'probe' }])
      return
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      for (const child of children) child.kill('SIGCONT')
      await sleep(20)
    }
  }
}

test('of three processes the owner is stopped or killed, again and again: another takes over, and no event counts twice', async () => {
  const random = new SeededRandom(seed)
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  const store = await SqliteEventStore.open(path, { busyTimeoutMs: 1_000 })
  const watcher = new ProjectionRunner(store, ledger({}))
  const start = async () => {
    const child = startProjecting(path, 20, LEASE_MS)
    await ready(child)
    return child
  }
  const children = await Promise.all([start(), start(), start()])
  const takeOvers: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < 30; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }, { key: `b${round}` }])
      // Who it is that owns the lease is not told outside: all but one are stopped, in turn, so that the owner is among them.
      const spared = random.below(children.length)
      const stopped = children.filter((_, i) => i !== spared)
      await stopOutsideOfTransactions(store, stopped)
      const begin = performance.now()
      await watcher.waitFor({ events: await deposit(store, [{ key: 'awaited' }]) }, { timeoutMs: 20_000 })
      takeOvers.push(performance.now() - begin)
      // The late owners wake within whatever they were doing.
      for (const child of stopped) child.kill('SIGCONT')
      const victim = random.below(children.length)
      const dead = children[victim]
      dead?.kill('SIGKILL')
      if (dead !== undefined) await once(dead, 'exit')
      children[victim] = await start()
      await sleep(random.below(30))
    }
    const outcome = { events: await deposit(store, [{ key: 'last' }]) }
    await watcher.waitFor(outcome, { timeoutMs: 20_000 })
    const found = stateChecksum(Object.fromEntries(await ledgerRows(store)))
    const about = `seed ${seed}, take-over after ${takeOvers.map(Math.round).join(', ')} ms`
    expect(found, about).toBe(await foldUpTo(store, Number.POSITIVE_INFINITY))
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await store.close()
    await directory.remove()
  }
}, 120_000)
