// What somebody does who has installed the packages: everything is imported, and money moves on both embedded stores.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as hono from '@eventcore/hono'
import { MemoryEventStore } from '@eventcore/memory'
import * as postgres from '@eventcore/postgres'
import { SqliteEventStore } from '@eventcore/sqlite'
import * as testing from '@eventcore/testing'
import * as checker from '@eventcore/testing/checker'
import * as contract from '@eventcore/testing/contract'
import * as torture from '@eventcore/testing/torture'
import { CommandExecutor, defineCommand, defineStream, type EventStore, reject, unchecked } from 'eventcore'

for (const [name, exported] of Object.entries({ hono, postgres, testing, checker, contract, torture }))
  if (Object.keys(exported).length === 0) throw new Error(`The entry point "${name}" exports nothing.`)

const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>(), Withdrawn: unchecked<{ amount: number }>() },
  initial: () => ({ balance: 0 }),
  apply: {
    Deposited: (state, { amount }) => ({ balance: state.balance + amount }),
    Withdrawn: (state, { amount }) => ({ balance: state.balance - amount }),
  },
})

const Deposit = defineCommand({
  name: 'Deposit',
  input: unchecked<{ account: string; amount: number }>(),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => account.emit('Deposited', { amount: input.amount }),
})

const Transfer = defineCommand({
  name: 'Transfer',
  input: unchecked<{ from: string; to: string; amount: number }>(),
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to) }),
  handle: ({ input: { amount }, from, to }) => {
    if (from.state.balance < amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return [from.emit('Withdrawn', { amount }), to.emit('Deposited', { amount })]
  },
})

async function moveMoney(store: EventStore): Promise<void> {
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ account: 'a', amount: 10 }))
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => executor.execute(Transfer({ from: 'a', to: 'b', amount: 1 }))),
  )
  const committed = outcomes.filter(({ status }) => status === 'committed').length
  if (committed !== 10)
    throw new Error(`${store.kind}: 10 of 20 transfers were to be committed, and ${committed} were.`)
  const { events } = await store.readFeed({ limit: 100 })
  if (events.length !== 21)
    throw new Error(`${store.kind}: 21 events were expected in the feed, and ${events.length} stand there.`)
  await executor.close()
  await store.close()
}

const folder = mkdtempSync(join(tmpdir(), 'eventcore-consumer-'))
try {
  await moveMoney(new MemoryEventStore())
  await moveMoney(await SqliteEventStore.open(join(folder, 'bank.db')))
} finally {
  rmSync(folder, { recursive: true })
}
console.log(`Node ${process.versions.node}: the packed packages work.`)
