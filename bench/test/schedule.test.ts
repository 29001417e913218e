import { expect, test } from 'vitest'
import { inTurns } from '../src/harness/schedule.ts'

const plan = (name: string, headline = false) => ({ name, headline })

test('everything is measured once, then the goals in turns, then the others', async () => {
  const order: string[] = []
  const { left } = await inTurns(
    [plan('a', true), plan('b'), plan('c', true)],
    { rounds: 2 },
    async ({ name }, round) => {
      order.push(`${name}${round}`)
    },
  )
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'b2'])
  expect(left).toEqual([])
})

test('nothing begins that is not expected to end in time, and what was left out is named', async () => {
  let now = 0
  const order: string[] = []
  const { left } = await inTurns(
    [plan('quick', true), plan('slow', true), plan('late')],
    { rounds: 3, minutes: 1, now: () => now },
    async ({ name }) => {
      order.push(name)
      now += name === 'slow' ? 70_000 : 1_000
    },
  )
  expect(order).toEqual(['quick', 'slow'])
  expect(left.map(({ name }) => name)).toEqual(['late'])
})

test('a round that fits in what is left is measured again, one that does not is skipped', async () => {
  let now = 0
  const order: string[] = []
  await inTurns(
    [plan('quick', true), plan('slow', true)],
    { rounds: 3, minutes: 1, now: () => now },
    async ({ name }) => {
      order.push(name)
      now += name === 'slow' ? 40_000 : 1_000
    },
  )
  expect(order).toEqual(['quick', 'slow', 'quick', 'quick'])
})

test('what fails is reported, is not tried again, and keeps nothing else from being measured', async () => {
  const order: string[] = []
  const { failed } = await inTurns([plan('bad'), plan('good')], { rounds: 2 }, async ({ name }) => {
    order.push(name)
    if (name === 'bad') throw new Error('no')
  })
  expect(order).toEqual(['bad', 'good', 'good'])
  expect([...failed.keys()].map(({ name }) => name)).toEqual(['bad'])
})
