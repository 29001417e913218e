import { assertValidCommits, type Commit } from 'eventcore'
import { expect, test } from 'vitest'

const commitOf = (commandId: string): Commit => ({
  commandId,
  commandName: 'Note',
  inputHash: '',
  checks: [],
  events: [],
  recordedAt: 0,
  correlationId: commandId,
  causationId: null,
  metadata: '{}',
})

const batchOf = (...commandIds: readonly string[]): void => assertValidCommits(commandIds.map(commitOf))

test.each([
  ['in ascending order', ['a', 'b', 'c']],
  ['in descending order', ['c', 'b', 'a']],
  ['in no order', ['b', 'c', 'a', 'd']],
  ['that are not there', []],
])('command ids %s pass', (_order, ids) => {
  expect(() => batchOf(...ids)).not.toThrow()
})

test.each([
  ['side by side', ['a', 'b', 'b']],
  ['apart, in a batch that is not ascending', ['b', 'c', 'a', 'b']],
  ['first and last', ['a', 'b', 'c', 'a']],
])('a command id that a batch names twice is refused: %s', (_where, ids) => {
  expect(() => batchOf(...ids)).toThrow(expect.objectContaining({ code: 'INVALID_COMMIT' }))
})
