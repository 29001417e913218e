import { expect, test } from 'vitest'
import type { CommandCall } from '../../src/checker/history.ts'
import { firstCommitsAfter } from '../../src/torture/first-commits.ts'

const MS = 1_000_000

const call = (completedMs: number | undefined, more: Partial<CommandCall> = {}): CommandCall => ({
  commandId: 'c',
  process: 'p',
  invokedAt: 0,
  completedAt: completedMs === undefined ? undefined : completedMs * MS,
  status: 'ok',
  reads: [],
  writes: [{ stream: 's', eventId: 'e' }],
  sent: [],
  ...more,
})

test('counts up to the first commit that somebody was told of, whatever else ends before', () => {
  const calls = [
    call(40),
    call(9),
    call(12, { status: 'fail' }),
    call(13, { status: 'info' }),
    call(undefined),
    call(14, { writes: [] }),
    call(25.5),
  ]
  const moments = [
    { what: 'a full disk', at: 10 * MS },
    { what: 'a full disk', at: 30 * MS },
    { what: 'silence', at: 25.5 * MS },
    // Nothing came after it: the round was over.
    { what: 'a full disk', at: 41 * MS },
  ]
  expect(firstCommitsAfter(moments, calls)).toEqual({ 'a full disk': [15.5, 10], silence: [0] })
})
