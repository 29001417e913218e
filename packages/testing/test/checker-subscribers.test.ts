import { expect, test } from 'vitest'
import { checkHistory } from '../src/checker/check-history.ts'
import { projectionModel, stateChecksum } from '../src/checker/check-projections.ts'
import type { SubscriberExpectation } from '../src/checker/check-subscribers.ts'
import type { ProjectionObservation } from '../src/checker/history.ts'
import { written } from './checker/written-history.ts'

// The feed: A.0 in a, B.0 in b, C.0 in a (decided on b@1, so after B.0), D.0 in c.
const { history, log } = written([
  { id: 'A', reads: { a: 0 }, writes: ['a'] },
  { id: 'B', reads: { b: 0 }, writes: ['b'] },
  { id: 'C', reads: { a: 1, b: 1 }, writes: ['a'] },
  { id: 'D', reads: { c: 0 }, writes: ['c'] },
])

function verdictOn(sessions: readonly (readonly string[])[], expected: SubscriberExpectation = {}): readonly string[] {
  const observed = { ...history, subscribers: [{ name: 'reader', sessions }] }
  const { anomalies } = checkHistory(observed, log, { subscribers: { reader: expected } })
  return anomalies.map((anomaly) => (anomaly.kind === 'delivery-order' ? anomaly.broken : anomaly.kind))
}

test('everything once and in order is right, in one session or in several', () => {
  expect(verdictOn([['A.0', 'B.0', 'C.0', 'D.0']])).toEqual([])
  expect(verdictOn([['A.0'], [], ['B.0', 'C.0'], ['D.0']])).toEqual([])
})

test('missed, repeated and foreign events', () => {
  expect(verdictOn([['A.0', 'C.0', 'D.0']])).toEqual(['missed-delivery'])
  expect(verdictOn([['A.0', 'B.0', 'C.0']])).toEqual(['missed-delivery'])
  expect(verdictOn([['A.0', 'B.0', 'B.0', 'C.0', 'D.0']])).toEqual(['duplicate-delivery'])
  expect(verdictOn([['A.0', 'ghost', 'B.0', 'C.0', 'D.0']])).toEqual(['unknown-delivery'])
})

test('a subscriber that was stopped early may lack the end, nothing else', () => {
  expect(verdictOn([['A.0', 'B.0']], { complete: false })).toEqual([])
  expect(verdictOn([], { complete: false })).toEqual([])
  expect(verdictOn([['A.0', 'C.0']], { complete: false })).toEqual(['missed-delivery'])
})

test('the order of the feed, of a stream, and of cause and effect', () => {
  expect(verdictOn([['A.0', 'B.0', 'D.0', 'C.0']])).toEqual(['feed'])
  expect(verdictOn([['B.0', 'C.0', 'A.0', 'D.0']])).toContain('causality')
  expect(verdictOn([['A.0', 'C.0', 'B.0', 'D.0']])).toEqual(['causality'])
  const later = written([
    { id: 'A', writes: ['a'] },
    { id: 'B', writes: ['a'] },
  ])
  const swapped = { ...later.history, subscribers: [{ name: 'reader', sessions: [['B.0', 'A.0']] }] }
  expect(checkHistory(swapped, later.log).anomalies).toMatchObject([{ kind: 'delivery-order', broken: 'stream' }])
})

test('at least once: events come again after a restart, not within a session, and never instead of others', () => {
  const atLeastOnce = { delivery: 'at-least-once' } as const
  const restarted = [
    ['A.0', 'B.0'],
    ['A.0', 'B.0', 'C.0', 'D.0'],
  ]
  expect(verdictOn(restarted, atLeastOnce)).toEqual([])
  expect(verdictOn(restarted)).toEqual(['duplicate-delivery', 'duplicate-delivery'])
  expect(verdictOn([['A.0', 'A.0', 'B.0', 'C.0', 'D.0']], atLeastOnce)).toEqual(['duplicate-delivery'])
  expect(
    verdictOn(
      [
        ['A.0', 'B.0', 'C.0'],
        ['B.0', 'A.0', 'D.0'],
      ],
      atLeastOnce,
    ),
  ).toEqual(['feed'])
  expect(
    verdictOn(
      [
        ['A.0', 'C.0'],
        ['B.0', 'D.0'],
      ],
      atLeastOnce,
    ),
  ).toEqual(['causality'])
})

test('a filter says what a subscriber wanted', () => {
  const filter: SubscriberExpectation['filter'] = ({ stream }) => stream === 'a'
  expect(verdictOn([['A.0', 'C.0']], { filter })).toEqual([])
  expect(verdictOn([['A.0', 'B.0', 'C.0']], { filter })).toEqual(['unknown-delivery'])
})

const counts = projectionModel<Readonly<Record<string, number>>>({
  initial: () => ({}),
  apply: (state, { stream }) => ({ ...state, [stream]: (state[stream] ?? 0) + 1 }),
})

function projected(...projections: readonly Omit<ProjectionObservation, 'name'>[]) {
  const observed = { ...history, projections: projections.map((found) => ({ name: 'counts', ...found })) }
  return checkHistory(observed, log, { projections: { counts } }).anomalies.map(({ kind }) => kind)
}

test('a projection is the fold of the log up to what it says to contain, at every moment it was looked at', () => {
  const all = { upTo: 'D.0', checksum: stateChecksum({ c: 1, b: 1, a: 2 }) }
  const none = { upTo: null, checksum: stateChecksum({}) }
  expect(projected(all, none, { upTo: 'B.0', checksum: stateChecksum({ a: 1, b: 1 }) })).toEqual([])
  // One event applied twice, one skipped, one more than it says.
  expect(projected({ ...all, checksum: stateChecksum({ a: 3, b: 1, c: 1 }) })).toEqual(['projection-differs'])
  expect(projected({ ...all, checksum: stateChecksum({ a: 2, c: 1 }) })).toEqual(['projection-differs'])
  expect(projected({ ...all, upTo: 'C.0' })).toEqual(['projection-differs'])
  expect(projected({ ...all, upTo: 'ghost' })).toEqual(['projection-ahead'])
})

test('a state without a model is refused, not passed', () => {
  const observed = { ...history, projections: [{ name: 'counts', upTo: null, checksum: '' }] }
  expect(() => checkHistory(observed, log)).toThrow('give its model')
})
