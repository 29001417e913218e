import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Commit, InlineProjectionFailed, type NewEvent, type StreamCheck } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { append } from '../src/append.ts'
import { EventLog } from '../src/event-log.ts'
import { readFeed } from '../src/feed.ts'
import { StreamList } from '../src/stream-list.ts'

let made = 0

/** A commit that passes as the log stands, of one event for each payload. */
function noting(log: EventLog, stream: string, ...payloads: readonly string[]): Commit {
  const { version = 0, id = null } = log.streams.get(stream) ?? {}
  return commitOf(
    [{ stream, version, headId: id, base: version }],
    payloads.map((data) => ({ id: `e${++made}`, stream, type: 'Noted', data })),
  )
}

function commitOf(checks: readonly StreamCheck[], events: readonly NewEvent[]): Commit {
  const commandId = `c${String(++made).padStart(9, '0')}`
  return {
    commandId,
    commandName: 'Note',
    inputHash: '',
    checks,
    events,
    recordedAt: 0,
    correlationId: commandId,
    causationId: null,
    metadata: '{}',
  }
}

const failing = (): void => {
  throw new InlineProjectionFailed('none@1', new Error('no'))
}

describe('a commit that a projection refuses', () => {
  it.each([
    [20, 20],
    [31, 5],
    [40, 100],
    [60, 80],
  ])('of new streams leaves %i others as they were, %i new ones', (known, created) => {
    for (let round = 0; round < 20; round++) {
      const log = new EventLog()
      const streams = Array.from({ length: known }, (_, i) => `account/${round}-${i}`)
      for (const stream of streams) append(log, [noting(log, stream, '1')])
      const orders = Array.from({ length: created }, (_, i) => `order/${round}-${i}`)
      const refused = commitOf(
        orders.map((stream) => ({ stream, version: 0, headId: null, base: 0 })),
        orders.map((stream) => ({ id: `e${++made}`, stream, type: 'Noted', data: '1' })),
      )
      expect(append(log, [refused], failing)).toMatchObject([{ status: 'failed' }])
      for (const stream of streams) expect(log.eventsOf(stream)).toHaveLength(1)
      for (const stream of orders) expect(log.streams.get(stream)).toBeUndefined()
      const stale = commitOf(
        streams.map((stream) => ({ stream, version: 0, headId: null, base: 0 })),
        [],
      )
      expect(append(log, [stale])).toMatchObject([
        { status: 'conflict', conflicts: streams.map((stream) => ({ stream, actualVersion: 1 })) },
      ])
    }
  })
})

describe('a batch', () => {
  it('reports in a conflict what it wrote itself just before, and goes on', () => {
    const log = new EventLog()
    append(log, [noting(log, 's', '"before"')])
    const first = noting(log, 's', '"one"', '"日本"')
    const stale = noting(log, 's', '"stale"')
    const last = noting(log, 'other', '"last"')
    const results = append(log, [first, stale, last])
    expect(results).toMatchObject([
      { status: 'committed' },
      { status: 'conflict', conflicts: [{ missed: [{ data: '"one"' }, { data: '"日本"' }], missedComplete: true }] },
      { status: 'committed' },
    ])
    expect(readFeed(log, { limit: 10 }).events.map(({ data }) => data)).toEqual([
      '"before"',
      '"one"',
      '"日本"',
      '"last"',
    ])
  })

  it('answers a duplicate of a commit that is far back, and of one with an id that came late', () => {
    const log = new EventLog()
    const late = noting(log, 'late', '1')
    const commits = Array.from({ length: 100 }, (_, i) => noting(log, `s${i}`, `${i}`))
    append(log, commits)
    append(log, [late])
    expect(append(log, [commits[3] as Commit, late])).toMatchObject([
      { status: 'duplicate', commit: { commandId: commits[3]?.commandId, events: [{ data: '3', version: 1 }] } },
      { status: 'duplicate', commit: { commandId: late.commandId, events: [{ data: '1', position: '101' }] } },
    ])
  })
})

describe('ids of commands that have one hash, in one batch', () => {
  it('are told apart, although the text of the first is read while that of the second is added', () => {
    const log = new EventLog()
    const named = (commandId: string): Commit => ({ ...noting(log, commandId, commandId), commandId })
    // FNV-1a of the last two is equal. The first sorts behind them, so that they stand in the table.
    const commits = ['z', 'costarring', 'liquid'].map(named)
    expect(append(log, commits).map(({ status }) => status)).toEqual(['committed', 'committed', 'committed'])
    for (const [commit, { commandId }] of commits.entries())
      expect(log.recordedCommitAt(commit)).toMatchObject({ commandId, events: [{ data: commandId }] })
  })
})

describe('a commit of too many characters', () => {
  it('fails alone, with nothing written', () => {
    const log = new EventLog()
    // Ropes of V8: such a text takes no memory as long as nobody reads it.
    const half = 'x'.repeat(2 ** 28)
    const large = noting(log, 'large', half, half)
    const [first, failed, last] = append(log, [noting(log, 'a', '1'), large, noting(log, 'b', '2')])
    expect([first, last]).toMatchObject([{ status: 'committed' }, { status: 'committed' }])
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'STORE_FAILURE', retryable: false } })
    expect(log.slice().map(({ data }) => data)).toEqual(['1', '2'])
    expect(log.commandIds.get(large.commandId)).toBeUndefined()
    expect(log.streams.get('large')).toBeUndefined()
  })

  it('conflicts and is a duplicate before it is that', () => {
    const log = new EventLog()
    const half = 'x'.repeat(2 ** 28)
    const known = noting(log, 's', '1')
    append(log, [known])
    const stale = { ...noting(log, 's', half, half), checks: [{ stream: 's', version: 0, headId: null, base: 0 }] }
    const again = { ...noting(log, 's', half, half), commandId: known.commandId }
    expect(append(log, [stale, again])).toMatchObject([{ status: 'conflict' }, { status: 'duplicate' }])
  })
})

describe('a commit whose inline projection fails', () => {
  it('is taken back, and those around it stay', () => {
    const log = new EventLog()
    const seen: string[] = []
    const results = append(
      log,
      ['1', 'bad', '2', 'bad', '3'].map((data, i) => noting(log, `s${i}`, data)),
      (events) => {
        for (const { data, commit } of events) {
          if (data === 'bad') failing()
          seen.push(`${data} ${commit.commandName}`)
        }
      },
    )
    expect(results.map(({ status }) => status)).toEqual(['committed', 'failed', 'committed', 'failed', 'committed'])
    expect(seen).toEqual(['1 Note', '2 Note', '3 Note'])
    expect(readFeed(log, { limit: 10 }).events.map(({ stream, data, position }) => [stream, data, position])).toEqual([
      ['s0', '1', '1'],
      ['s2', '2', '2'],
      ['s4', '3', '3'],
    ])
  })

  it('is not in the way of the list of streams, which a handler may have read meanwhile', () => {
    const log = new EventLog()
    const list = new StreamList(log)
    const names = () => list.page({ limit: 10 }).map(({ stream }) => stream)
    append(log, [noting(log, 'gone', '1')], () => {
      expect(names()).toEqual(['gone'])
      failing()
    })
    append(log, [noting(log, 'kept', '1')])
    expect(names()).toEqual(['kept'])
  })

  it('is taken back too when what was thrown is no error of a store, which is thrown on', () => {
    const log = new EventLog()
    const broken = noting(log, 's', '1')
    expect(() =>
      append(log, [broken], () => {
        throw new RangeError('broken')
      }),
    ).toThrow(RangeError)
    expect(log.length).toBe(0)
    expect(append(log, [broken])).toMatchObject([{ status: 'committed' }])
  })

  it('leaves nothing behind: neither its texts nor its streams', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const log = new EventLog()
    append(log, [noting(log, 's', '1')])
    const fail = (count: number): void => {
      for (let i = 0; i < count; i++) append(log, [noting(log, `s${i}`, 'x'.repeat(500_000))], failing)
    }
    fail(3)
    collect()
    const before = process.memoryUsage().heapUsed
    fail(200)
    collect()
    // 100 MB were taken back.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000)
    expect(log.streams.count).toBe(1)
  })
})

describe('what was read', () => {
  it('belongs to the reader: changing it changes nothing in the log', () => {
    const log = new EventLog()
    const commit = noting(log, 's', '1', '2')
    append(log, [commit])
    const answers = () => [
      log.slice(),
      log.eventsOf('s'),
      readFeed(log, { limit: 10 }).events,
      log.recordedCommitAt(0),
      append(log, [commit]),
    ]
    const before = structuredClone(answers())
    const spoil = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const inner of Object.values(value)) spoil(inner)
      // What a caller without types could do.
      for (const key of Object.keys(value)) Reflect.set(value, key, 'spoilt')
    }
    spoil(answers())
    expect(answers()).toEqual(before)
  })
})
