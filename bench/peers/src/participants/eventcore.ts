import { type AnyRejection, type Command, CommandExecutor, readEvents, subscribe } from 'eventcore'
import type { Entry } from '../../../src/harness/audit.ts'
import { type OpenedStore, openStore } from '../../../src/stores/open-store.ts'
import { Account, Deposit, OpenAccount, Transfer, Withdraw } from '../../../src/workloads/bank.ts'
import { depositHistory, fill } from '../../../src/workloads/fill.ts'
import { type Answer, type Bank, type BankPlace, CONNECTIONS, entryOf, type Participant } from '../participant.ts'

export const eventcorePostgres: Participant = {
  name: 'eventcore',
  packages: ['eventcore', '@eventcore/postgres'],
  database: 'postgres',
  difference: 'checks every stream that it read, with the id of its head; keeps a commit record with each command',
  open: async (place) => bankOn(await openStore('postgres', { ...place, maxConnections: CONNECTIONS }), place),
}

export const eventcoreSqlite: Participant = {
  name: 'eventcore-sqlite',
  packages: ['eventcore', '@eventcore/sqlite'],
  database: 'sqlite',
  difference: 'synchronous=FULL; otherwise as on PostgreSQL',
  open: async (place) => bankOn(await openStore('sqlite', place), place),
}

function bankOn(store: OpenedStore, { cached }: BankPlace): Bank {
  const executor = new CommandExecutor(store, cached ? {} : { cachedStreams: 0 })
  const answer = async (command: Command<string, AnyRejection>): Promise<Answer> =>
    (await executor.execute(command)).status === 'committed' ? 'done' : 'refused'
  return {
    fill: async (accounts, amount, depositsEach) => {
      await fill(store, depositHistory(accounts, depositsEach, amount))
    },
    open: (account) => answer(OpenAccount({ account, owner: 'somebody' })),
    deposit: (account, amount) => answer(Deposit({ account, amount })),
    withdraw: (account, amount) => answer(Withdraw({ account, amount })),
    transfer: (from, to, amount) => answer(Transfer({ from, to, amount })),
    catchUp: async (arrivals) => {
      for await (const _ of readEvents(store, { streams: [Account] })) arrivals.add()
    },
    follow: async (onEvent) => {
      const stop = new AbortController()
      const after = await store.headCursor()
      const following = (async () => {
        for await (const _ of subscribe(store, { streams: [Account], after, signal: stop.signal })) onEvent()
      })()
      return async () => {
        stop.abort()
        await following
      }
    },
    log: async () => {
      const entries: Entry[] = []
      for await (const { key, type, data } of readEvents(store, { streams: [Account] }))
        entries.push(entryOf(key, type, 'amount' in data ? data.amount : 0))
      return entries
    },
    close: async () => {
      await executor.close()
      await store.close()
    },
  }
}
