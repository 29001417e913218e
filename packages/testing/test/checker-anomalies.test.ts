import type { FeedEvent } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { checkHistory } from '../src/checker/check-history.ts'
import type { CommandCall } from '../src/checker/history.ts'
import { SeededRandom } from '../src/workload/seeded-random.ts'
import { soundRun } from './checker/sound-run.ts'
import { cyclesOf, kindsOf, withCall, withLog } from './checker/verdicts.ts'
import { type WrittenCommand, type WrittenRun, written } from './checker/written-history.ts'

const OPEN: WrittenCommand = { id: 'open', reads: { a: 0, b: 0 }, writes: ['a', 'b'] }
const SOUND = [OPEN, { id: 'pay', reads: { a: 1, b: 1 }, writes: ['a', 'b'] }] as const

test('a sound history has no anomaly, and the verdict says what was looked at', () => {
  const { history, log } = soundRun(new SeededRandom(1), 500)
  const verdict = checkHistory(history, log)
  expect(verdict.explain()).toMatch(
    /^Consistent: 500 calls \(\d+ committed, \d+ without events, 0 failed, .*\), \d+ events in 12 streams\.$/,
  )
  expect(verdict.ok).toBe(true)
})

describe('the log', () => {
  test('a hole in a stream', () => {
    expect(
      kindsOf(withLog(written(SOUND), (log) => log.filter(({ stream, version }) => stream !== 'a' || version !== 1))),
    ).toEqual(expect.arrayContaining(['version-order', 'torn-commit']))
  })

  test('two events at one version', () => {
    const twice = withLog(written(SOUND), (log) => log.map((event) => ({ ...event, version: 1 })))
    expect(kindsOf(twice)).toContain('version-order')
  })

  test('versions in another order than the feed', () => {
    expect(kindsOf(withLog(written(SOUND), (log) => log.toReversed()))).toContain('version-order')
  })

  test('an event that stands there twice', () => {
    const again = withLog(written(SOUND), (log) => [...log, ...log.slice(-1).map((e) => ({ ...e, version: 3 }))])
    expect(kindsOf(again)).toContain('duplicate-event')
  })

  test('a commit that nobody made, unless it is expected', () => {
    const { history, log } = written(SOUND)
    const run = { history: { ...history, calls: history.calls.slice(1) }, log }
    expect(kindsOf(run)).toEqual(['unknown-command'])
    expect(kindsOf(run, { isExpected: ({ commandId }) => commandId === 'open' })).toEqual([])
  })

  test('a command that committed twice', () => {
    const twice = withLog(written(SOUND), (log) =>
      log.map((event, i) => (i === 1 ? { ...event, commit: { ...event.commit, recordedAt: 99 } } : event)),
    )
    expect(kindsOf(twice)).toEqual(['committed-twice'])
  })
})

describe('durability and atomicity', () => {
  test('an acknowledged commit that is not there', () => {
    expect(kindsOf(written([OPEN, { id: 'pay', reads: { a: 1, b: 1 }, writes: ['a', 'b'], visible: [] }]))).toEqual([
      'lost-commit',
    ])
  })

  test('an acknowledged commit that is there in part', () => {
    expect(kindsOf(written([OPEN, { id: 'pay', reads: { a: 1, b: 1 }, writes: ['a', 'b'], visible: [1] }]))).toEqual([
      'torn-commit',
    ])
  })

  test('an unknown commit may be there whole or not at all, but not in part', () => {
    const pay = { id: 'pay', reads: { a: 1, b: 1 }, writes: ['a', 'b'], status: 'info', at: [10] } as const
    expect(kindsOf(written([OPEN, pay]))).toEqual([])
    expect(kindsOf(written([OPEN, { ...pay, visible: [] }]))).toEqual([])
    expect(kindsOf(written([OPEN, { ...pay, visible: [0] }]))).toEqual(['torn-commit'])
  })

  test('a failed command that is visible', () => {
    expect(kindsOf(written([OPEN, { id: 'pay', reads: { a: 1 }, writes: ['a'], status: 'fail' }]))).toEqual([
      'failed-but-visible',
    ])
    expect(kindsOf(written([OPEN, { id: 'pay', writes: ['a'], status: 'fail', visible: [] }]))).toEqual([])
  })

  test('an event of which the client was not told', () => {
    const untold = withCall(written(SOUND), 'pay', (call) => ({ ...call, writes: call.writes.slice(1) }))
    expect(kindsOf(untold)).toEqual(['unreported-event'])
  })

  test('an event that stands elsewhere than the client was told', () => {
    const elsewhere = (told: object) =>
      withCall(written(SOUND), 'pay', (call) => ({
        ...call,
        writes: call.writes.map((write) => ({ ...write, ...told })),
      }))
    expect(kindsOf(elsewhere({ version: 7 }))).toEqual(['misplaced-event'])
    expect(kindsOf(elsewhere({ position: '9999' }))).toEqual(['misplaced-event'])
    expect(kindsOf(elsewhere({ stream: 'c' }))).toEqual(['misplaced-event'])
  })

  test('a command repeated under its id is one commit; a repetition that forgot the commit is flagged', () => {
    const run = written(SOUND)
    const again = (change: Partial<CommandCall>): WrittenRun => {
      const [, pay] = run.history.calls
      if (pay === undefined) throw new RangeError('no second call')
      const repeated = { ...pay, process: 'later', invokedAt: 100, completedAt: 101, ...change }
      return { log: run.log, history: { ...run.history, calls: [...run.history.calls, repeated] } }
    }
    expect(kindsOf(again({}))).toEqual([])
    expect(kindsOf(again({ writes: [], reads: [] }))).toEqual(['forgotten-commit'])
  })
})

describe('payloads', () => {
  test('other data or another type than was sent', () => {
    const changed = (change: Partial<FeedEvent>) =>
      withLog(written(SOUND), (log) => log.map((event, i) => (i === 2 ? { ...event, ...change } : event)))
    expect(kindsOf(changed({ data: '{"id": "pay.0"}' }))).toEqual(['payload-changed'])
    expect(kindsOf(changed({ type: 'Other' }))).toEqual(['payload-changed'])
  })
})

describe('reads', () => {
  test('a version from the future', () => {
    expect(kindsOf(written([OPEN, { id: 'look', reads: { a: 2 } }]))).toEqual(['read-from-nowhere'])
  })

  test('an event that was never committed, under a version that exists', () => {
    const ghost = withCall(written([OPEN, { id: 'look', reads: { a: 1 } }]), 'look', (call) => ({
      ...call,
      reads: [{ stream: 'a', version: 1, headId: 'ghost' }],
    }))
    expect(kindsOf(ghost)).toEqual(['read-of-uncommitted'])
  })

  test('a commit record that tells another story than the client', () => {
    const other = withCall(written(SOUND), 'pay', (call) => ({ ...call, reads: call.reads.slice(1) }))
    expect(kindsOf(other)).toEqual(['read-set-differs'])
  })

  test('a command that read its own write', () => {
    expect(kindsOf(written([{ id: 'open', reads: { a: 1 }, writes: ['a'] }]), { witness: 'none' })).toEqual([
      'read-of-own-write',
    ])
  })
})

describe('cycles', () => {
  const together = (commands: readonly WrittenCommand[]) =>
    commands.map((command) => ({ ...command, at: [0, 99] as const }))

  test('G0: two commands that each wrote before the other', () => {
    const commands = together([
      { id: 'A', writes: ['x', 'y'] },
      { id: 'B', writes: ['x', 'y'] },
    ])
    const feed = [
      ['A', 0],
      ['B', 0],
      ['B', 1],
      ['A', 1],
    ] as const
    expect(cyclesOf(written(commands, feed))).toEqual(['G0'])
  })

  test('G1c: two commands that each read what the other wrote', () => {
    const commands = together([
      { id: 'A', reads: { y: 1 }, writes: ['x'] },
      { id: 'B', reads: { x: 1 }, writes: ['y'] },
    ])
    expect(cyclesOf(written(commands))).toEqual(['G1c'])
  })

  test('G-single: a lost update', () => {
    const commands = together([
      { id: 'A', reads: { x: 0 }, writes: ['x'] },
      { id: 'B', reads: { x: 0 }, writes: ['x'] },
    ])
    expect(cyclesOf(written(commands))).toEqual(['G-single'])
  })

  test('G-single: a query that saw half of a commit', () => {
    const commands = together([
      OPEN,
      { id: 'pay', reads: { a: 1, b: 1 }, writes: ['a', 'b'] },
      { id: 'look', reads: { a: 2, b: 1 } },
    ])
    expect(cyclesOf(written(commands))).toEqual(['G-single'])
  })

  test('G2-item: write skew, with streams that exist and with absent ones', () => {
    const skew = (version: number) => [
      { id: 'A', reads: { a: version, b: version }, writes: ['a'] },
      { id: 'B', reads: { a: version, b: version }, writes: ['b'] },
    ]
    expect(cyclesOf(written([OPEN, ...together(skew(1)).map((c) => ({ ...c, at: [10, 99] as const }))]))).toEqual([
      'G2-item',
    ])
    expect(cyclesOf(written(together(skew(0))))).toEqual(['G2-item'])
  })

  test('G2-item: a rejection based on what another was just changing, which itself overlooked that', () => {
    const commands = together([
      { id: 'long', reads: { x: 1, y: 0 } },
      { id: 'X', writes: ['x'] },
      { id: 'Y', writes: ['y'] },
      { id: 'other', reads: { x: 0, y: 1 } },
    ])
    expect(cyclesOf(written(commands))).toEqual(['G2-item'])
  })

  test('realtime: a stale answer after the change was acknowledged', () => {
    const commands: WrittenCommand[] = [OPEN, { id: 'pay', reads: { a: 1 }, writes: ['a'], at: [10, 20] }]
    const late = (invoked: number) => written([...commands, { id: 'reject', reads: { a: 1 }, at: [invoked, 30] }])
    expect(cyclesOf(late(21))).toEqual(['G-single-realtime'])
    expect(cyclesOf(late(21), { isolation: 'serializable' })).toEqual([])
    // Overlapping the change it may still answer from before it.
    expect(cyclesOf(late(20))).toEqual([])
  })

  test('realtime: each of three missed a change, around a corner', () => {
    const commands: WrittenCommand[] = [
      { id: 'first', writes: ['y'], at: [0, 10] },
      { id: 'long', reads: { y: 0 }, writes: ['x'], at: [0, 99] },
      { id: 'last', reads: { x: 0 }, at: [20, 30] },
    ]
    expect(cyclesOf(written(commands))).toEqual(['G2-item-realtime'])
  })

  test('every independent cycle is reported, up to the limit', () => {
    const skews = Array.from({ length: 7 }, (_, i) =>
      together([
        { id: `A${i}`, reads: { [`a${i}`]: 0, [`b${i}`]: 0 }, writes: [`a${i}`] },
        { id: `B${i}`, reads: { [`a${i}`]: 0, [`b${i}`]: 0 }, writes: [`b${i}`] },
      ]),
    )
    expect(cyclesOf(written(skews.flat()))).toHaveLength(7)
    expect(cyclesOf(written(skews.flat()), { maxAnomalies: 3 })).toHaveLength(3)
  })

  test('a history as deep as it is long needs no deep call stack', () => {
    const random = new SeededRandom(3)
    const run = soundRun(random, 30_000, 3)
    expect(cyclesOf(run)).toEqual([])
    const stale = withCall(run, 'c29999', (call) => ({ ...call, reads: [{ stream: 's0', version: 1 }], writes: [] }))
    expect(cyclesOf(stale)).toEqual(['G-single-realtime'])
  })
})

describe('the witness', () => {
  const moved: WrittenCommand[] = [
    OPEN,
    { id: 'pay', reads: { a: 1, b: 1 }, writes: ['a'], at: [10, 99] },
    { id: 'stale', reads: { a: 1, c: 0 }, writes: ['c'], at: [10, 99] },
  ]

  test('what was read changed before the commit, though another order would explain it', () => {
    expect(kindsOf(written(moved))).toEqual(['stale-at-commit'])
    expect(kindsOf(written(moved), { witness: 'none' })).toEqual([])
  })

  test('commits on other streams may stand between the events of one, commits on its streams may not', () => {
    const feed = (other: string) => {
      const commands = [
        { id: 'A', reads: { x: 0, y: 0, z: 0 }, writes: ['x', 'y'], at: [0, 99] },
        { id: 'B', reads: { [other]: 0 }, writes: [other], at: [0, 99] },
      ] as const
      return written(commands, [
        ['A', 0],
        ['B', 0],
        ['A', 1],
      ])
    }
    expect(kindsOf(feed('w'))).toEqual([])
    expect(kindsOf(feed('z'))).toEqual(['stale-at-commit'])
  })

  test('a feed against real time', () => {
    const run = written(
      [
        { id: 'first', writes: ['a'], at: [0, 5] },
        { id: 'second', writes: ['b'], at: [6, 9] },
      ],
      [
        ['second', 0],
        ['first', 0],
      ],
    )
    expect(kindsOf(run)).toEqual(['feed-against-real-time'])
  })

  test('a query that no moment of the feed shows, though an order would explain it', () => {
    const commands: WrittenCommand[] = [
      { id: 'A', writes: ['a'], at: [0, 99] },
      { id: 'B', writes: ['b'], at: [0, 99] },
      { id: 'look', reads: { a: 0, b: 1 }, at: [0, 99] },
    ]
    expect(kindsOf(written(commands), { witness: 'commits-and-queries' })).toEqual(['fractured-read'])
    expect(kindsOf(written(commands))).toEqual([])
  })
})
