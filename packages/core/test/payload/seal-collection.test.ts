import { expect, test } from 'vitest'
import { freezeDeeply } from '../../src/payload/freeze-deeply.ts'
import { frozenCopy } from '../../src/payload/frozen-copy.ts'

const changes: readonly [string, () => object, (value: never) => unknown][] = [
  ['Set.add', () => new Set([1]), (set: Set<number>) => set.add(2)],
  ['Set.delete', () => new Set([1]), (set: Set<number>) => set.delete(1)],
  ['Set.clear', () => new Set([1]), (set: Set<number>) => set.clear()],
  ['Map.set', () => new Map([[1, 2]]), (map: Map<number, number>) => map.set(1, 3)],
  ['Map.delete', () => new Map([[1, 2]]), (map: Map<number, number>) => map.delete(1)],
  ['Map.clear', () => new Map([[1, 2]]), (map: Map<number, number>) => map.clear()],
  ['Date.setTime', () => new Date(1), (date: Date) => date.setTime(2)],
  ['Date.setUTCHours', () => new Date(1), (date: Date) => date.setUTCHours(2)],
]

test.each(changes)('%s in place is refused in states and inputs', (name, make, change) => {
  const state = freezeDeeply({ inner: make() })
  expect(() => change(state.inner as never)).toThrow(`${name}(...) would change in place`)
  const input = frozenCopy({ inner: make() })
  expect(() => change(input.inner as never)).toThrow(`${name}(...) would change in place`)
  expect([state.inner, input.inner]).toEqual([make(), make()])
})

test('what was handed over for an input can be changed by whoever handed it over', () => {
  const mine = new Set([1])
  frozenCopy({ mine })
  expect(mine.add(2).size).toBe(2)
})

test('a copy of what is sealed is free', () => {
  const { set, map, date } = freezeDeeply({ set: new Set([1]), map: new Map([[1, 2]]), date: new Date(1) })
  expect(new Set(set).add(2).size).toBe(2)
  expect(new Map(map).set(2, 3).size).toBe(2)
  expect(new Date(date).setTime(2)).toBe(2)
  expect(structuredClone(set).add(2).size).toBe(2)
})

test('what maps and sets hold is frozen, too', () => {
  const { set, map } = freezeDeeply({ set: new Set([{ a: [1] }]), map: new Map([['a', { b: { c: 1 } }]]) })
  const [held] = set
  expect(Object.isFrozen(held?.a)).toBe(true)
  expect(Object.isFrozen(map.get('a')?.b)).toBe(true)
})
