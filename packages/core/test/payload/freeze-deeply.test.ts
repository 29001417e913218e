import { expect, test } from 'vitest'
import { freezeDeeply } from '../../src/payload/freeze-deeply.ts'

test('a state is frozen all the way down', () => {
  const state = freezeDeeply({ a: [{ b: { c: [1] } }] })
  expect(Object.isFrozen(state.a[0]?.b.c)).toBe(true)
  expect(() => ((state.a[0] as { b: unknown }).b = 1)).toThrow(TypeError)
})

test.each([1, 'a', null, undefined, true, 5n, Symbol.iterator])('%s stays as it is', (value) => {
  expect(freezeDeeply(value)).toBe(value)
})

test('a state that contains itself, bytes, maps and dates is no problem', () => {
  const state: Record<string, unknown> = { bytes: new Uint8Array(4), map: new Map([['a', 1]]), at: new Date(0) }
  state.self = state
  expect(freezeDeeply(state)).toBe(state)
  expect(Object.isFrozen(state)).toBe(true)
})

test('what a fold has frozen at its top only is frozen below it, too', () => {
  const state = freezeDeeply(Object.freeze({ items: [1], inner: { list: [2] } }))
  expect(Object.isFrozen(state.items)).toBe(true)
  expect(Object.isFrozen(state.inner.list)).toBe(true)
})

test('a list of states that share most of their content is frozen in the time of what is new', () => {
  let state: { next: unknown; count: number } = { next: undefined, count: 0 }
  for (let count = 1; count < 20_000; count++) state = freezeDeeply({ next: state, count })
  expect(state.count).toBe(19_999)
})
