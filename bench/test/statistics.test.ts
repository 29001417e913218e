import { expect, test } from 'vitest'
import { median, percentile, rounded } from '../src/results/statistics.ts'
import { medianOf } from '../src/results/summarize.ts'
import { sampleAt } from './fixture/results.ts'

test('the median of an even number is the mean of the middle two', () => {
  expect(median([4, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 100 }, (_, i) => i)
  expect([0, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([0, 50, 95, 99])
})

test('four digits are kept', () => {
  expect(rounded(123_456)).toBe(123_500)
})

test('what no sample has is absent from the medians', () => {
  expect(medianOf([sampleAt(1), sampleAt(3)])).not.toHaveProperty('serverCpu')
  expect(medianOf([sampleAt(1, { serverCpu: 5 }), sampleAt(3)])).toMatchObject({ perSecond: 2, serverCpu: 5 })
})
