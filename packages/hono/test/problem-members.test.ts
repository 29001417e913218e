import { execute, HttpProblem, handleProblems, rejected, respondProblem } from '@eventcore/hono'
import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, reject, unchecked } from 'eventcore'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { Counter } from './fixture/counter-app.ts'

const Refuse = defineCommand({
  name: 'Refuse',
  input: unchecked<Record<string, never>>(),
  streams: () => ({ counter: Counter('a') }),
  handle: () => reject('TooBig', { n: 1n }),
})

test('a rejection whose detail is no JSON is answered without it, says so, and is in the log', async () => {
  const executor = new CommandExecutor(new MemoryEventStore())
  const log: unknown[] = []
  const app = new Hono()
  app.onError(handleProblems({ onUnexpected: (error) => log.push(error) }))
  app.post('/', async (c) => {
    const outcome = await execute(c, executor, Refuse({}))
    if (outcome.status === 'rejected') throw rejected(outcome, { TooBig: 422 })
    return c.json({})
  })
  const response = await app.request('/', { method: 'POST', headers: { 'idempotency-key': 'k' } })
  expect([response.status, response.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
  expect(await response.json()).toEqual({
    type: 'urn:problem:too-big',
    title: 'Too big',
    status: 422,
    code: 'TooBig',
    commandId: 'k',
    omitted: ['reason'],
  })
  expect(log).toMatchObject([
    { message: 'The problem "Too big" went without its reason', cause: { message: expect.stringContaining('BigInt') } },
  ])
})

const circle: Record<string, unknown> = {}
circle.self = circle
const failing = {
  toJSON: () => {
    throw new Error('the password is 1234')
  },
}

test.each([[1n], [circle], [failing], [() => 1], [Symbol('secret')]])(
  'a member that is no JSON (%o) costs that member',
  async (odd) => {
    const problem = { title: 'Odd', status: 409 as const, odd, none: undefined, even: { n: 1 } }
    const expected = { type: 'about:blank', title: 'Odd', status: 409, even: { n: 1 }, omitted: ['odd'] }
    expect(await new HttpProblem(problem).getResponse().json()).toEqual(expected)
    const left: string[] = []
    const app = new Hono()
    app.get('/', (c) => respondProblem(c, problem, (member) => left.push(member)))
    expect(await (await app.request('/')).json()).toEqual(expected)
    expect(left).toEqual(['odd'])
  },
)
