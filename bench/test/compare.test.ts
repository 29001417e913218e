import { expect, test } from 'vitest'
import { compareResults } from '../src/results/compare.ts'
import { cellAt, resultsOf, sampleAt } from './fixture/results.ts'

const verdicts = (before: readonly number[], after: readonly number[]) =>
  compareResults(resultsOf([cellAt('sqlite/deposit', before)]), resultsOf([cellAt('sqlite/deposit', after)])).changes[0]
    ?.verdict

test('samples that lie apart by more than they scatter are a change', () => {
  expect(verdicts([100, 102, 104], [130, 132, 134])).toBe('better')
  expect(verdicts([130, 132, 134], [100, 102, 104])).toBe('worse')
})

test('samples that overlap are no change, however far apart their medians are', () => {
  expect(verdicts([100, 150, 200], [190, 210, 230])).toBe('within the noise')
})

test('samples that lie apart by less than they scatter are no change', () => {
  expect(verdicts([90, 110, 118], [119, 120, 121])).toBe('within the noise')
})

test('a difference of two in a hundred is never a change', () => {
  expect(verdicts([100, 100, 100], [102, 102, 102])).toBe('within the noise')
})

test('one sample is trusted to a fifth only', () => {
  expect(verdicts([100], [115])).toBe('within the noise')
  expect(verdicts([100], [130])).toBe('better')
})

test('of deliveries the latency counts, since the benchmark paces them', () => {
  const delivery = (p50: number) =>
    resultsOf([
      cellAt('sqlite/delivery', [], { unit: 'deliveries', samples: [10, 11].map((rate) => sampleAt(rate, { p50 })) }),
    ])
  expect(compareResults(delivery(4), delivery(2)).changes[0]).toMatchObject({ ratio: 2, verdict: 'better' })
})

test('what only one file has, another machine and other settings are named', () => {
  const before = resultsOf([cellAt('sqlite/a', [1])])
  const after = resultsOf([cellAt('sqlite/b', [1])], {
    settings: { postgres: { fsync: 'off' } },
    machine: { ...before.machine, cpus: 64, loadBefore: 7 },
  })
  const { onlyBefore, onlyAfter, warnings } = compareResults(before, after)
  expect([onlyBefore, onlyAfter]).toEqual([['sqlite/a'], ['sqlite/b']])
  expect(warnings.join('\n')).toMatch(/not the same machine[\s\S]*busy[\s\S]*fsync was on, is off/)
})
