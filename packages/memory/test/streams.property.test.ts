import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_EVENT, StreamHead, Streams } from '../src/streams.ts'

describe('a stream head', () => {
  it('finds the event of every version in fewer than 64 steps, also after events were taken back', () => {
    const moves = fc.array(fc.record({ on: fc.nat(200), back: fc.nat(150) }), { maxLength: 8 })
    fc.assert(
      fc.property(moves, (all) => {
        const head = new StreamHead('s', 0)
        const indexes: number[] = []
        const previousOf = (index: number): number => indexes[indexes.indexOf(index) - 1] ?? NO_EVENT
        let next = 0
        for (const { on, back } of all) {
          for (let i = 0; i < on; i++) {
            // Events of other streams in between.
            next += 1 + (next % 3)
            head.moveOn(next, `e${next}`)
            indexes.push(next)
          }
          for (let i = 0; i < back && indexes.length > 0; i++) {
            indexes.pop()
            const index = indexes.at(-1)
            head.moveBack(index ?? NO_EVENT, index === undefined ? null : `e${index}`)
          }
          const last = indexes.at(-1)
          expect(head).toMatchObject({
            version: indexes.length,
            last: last ?? NO_EVENT,
            id: last === undefined ? null : `e${last}`,
          })
          for (const [i, index] of indexes.entries()) {
            let steps = 0
            const found = head.indexOf(i + 1, (at) => {
              steps++
              return previousOf(at)
            })
            expect(found).toBe(index)
            expect(steps).toBeLessThan(64)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('the streams of a log', () => {
  it('exist when they have an event, and not before', () => {
    const streams = new Streams()
    const read = streams.named('read as absent')
    const written = streams.named('written')
    streams.moveOn(written, 0, 'e0')
    expect(streams.existing()).toEqual(['written'])
    expect(streams.get('read as absent')).toBe(read)
    expect(streams.get('never named')).toBeUndefined()
    streams.moveOn(read, 1, 'e1')
    expect(streams.existing()).toEqual(['read as absent', 'written'])
  })

  it('count a change for each that comes into being or is taken back, and none for more events', () => {
    const streams = new Streams()
    const head = streams.named('s')
    expect(streams.changes).toBe(0)
    streams.moveOn(head, 0, 'e0')
    streams.moveOn(head, 1, 'e1')
    expect(streams.changes).toBe(1)
    streams.moveBack(head, 0, 'e0')
    expect(streams.changes).toBe(1)
    streams.moveBack(head, NO_EVENT, null)
    expect(streams.changes).toBe(2)
  })

  it('forget heads from a number on, the one that was asked for last too', () => {
    const streams = new Streams()
    streams.named('a')
    streams.named('b')
    expect(streams.get('b')?.number).toBe(1)
    streams.truncate(1)
    expect(streams.get('b')).toBeUndefined()
    expect(streams.count).toBe(1)
    expect(streams.named('b').number).toBe(1)
  })
})
