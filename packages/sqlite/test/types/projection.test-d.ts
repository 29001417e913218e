import { defineStream, unchecked } from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { defineProjection, type Synchronous } from '../../src/index.ts'

const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

const basics = { name: 'statement', version: 1, streams: [Account] } as const

describe('a handler on SQLite', () => {
  test('returns anything that is no promise', () => {
    defineProjection({ ...basics, handlers: { account: { Deposited: (_, tx) => tx.run('SELECT 1') } } })
    defineProjection({ ...basics, handlers: { account: { Deposited: (_, tx) => tx.all<{ a: 1 }>('SELECT 1') } } })
    defineProjection({ ...basics, setUp: (tx) => tx.exec('SELECT 1'), batch: () => ({ rows: 1 }) })
  })

  test('is not asynchronous', () => {
    // @ts-expect-error: it returns a promise
    defineProjection({ ...basics, handlers: { account: { Deposited: async () => {} } } })
    // @ts-expect-error: so does this one
    defineProjection({ ...basics, batch: async () => {} })
    // @ts-expect-error: and this one
    defineProjection({ ...basics, batch: () => {}, setUp: () => Promise.resolve() })
  })

  test('is told why, in the last line of the error', () => {
    type Then = Extract<Synchronous, { readonly then?: unknown }>['then']
    expectTypeOf<NonNullable<Then>>().toExtend<`A handler on SQLite is synchronous: ${string}`>()
    expectTypeOf<NonNullable<Then>>().not.toBeNever()
  })
})
