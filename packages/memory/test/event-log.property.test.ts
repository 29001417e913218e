import type { Commit, CommitRecord, StoredEvent } from 'eventcore'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventLog, positionAt } from '../src/event-log.ts'

const text = fc.oneof(fc.string({ maxLength: 5 }), fc.string({ unit: 'binary', maxLength: 5 }), fc.constant('日本🧾'))
const stream = fc.constantFrom('a', 'b', 'c', 'ü', '')

/** Commits that pass, whatever stands before them: the model gives the versions. */
const commits = fc.record({
  name: fc.constantFrom('Open', 'Close', ''),
  id: text,
  inputHash: text,
  recordedAt: fc.oneof(
    fc.maxSafeInteger(),
    fc.constantFrom(0, -1, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 53 - 1, 1 - 2 ** 53),
  ),
  correlation: fc.option(text, { nil: undefined }),
  causationId: fc.option(text, { nil: null }),
  metadata: text,
  alsoRead: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'absent', 'never written'), { maxLength: 3 }),
  events: fc.array(fc.record({ stream, type: fc.constantFrom('Opened', 'Closed'), data: text }), {
    minLength: 1,
    maxLength: 40,
  }),
})
const steps = fc.array(
  fc.oneof(
    { arbitrary: commits, weight: 6 },
    { arbitrary: fc.constant('seal' as const), weight: 1 },
    { arbitrary: fc.constant('take back' as const), weight: 2 },
    { arbitrary: fc.constant('look' as const), weight: 1 },
  ),
  { maxLength: 40, size: 'max' },
)

/** The log as objects, which it once was: obviously right, and slow. */
class Model {
  readonly commits: { readonly record: CommitRecord; readonly events: readonly StoredEvent[] }[] = []

  get events(): readonly StoredEvent[] {
    return this.commits.flatMap(({ events }) => events)
  }

  of(name: string): readonly StoredEvent[] {
    return this.events.filter((event) => event.stream === name)
  }

  add({ events, checks, ...rest }: Commit): void {
    const written: StoredEvent[] = []
    const before = this.events
    for (const event of events) {
      const version = [...before, ...written].filter(({ stream }) => stream === event.stream).length + 1
      written.push({ ...event, version, position: positionAt(before.length + written.length) })
    }
    const reads = checks.map(({ stream, version }) => ({ stream, version }))
    this.commits.push({ record: { ...rest, reads }, events: written })
  }
}

function commitOn(
  model: Model,
  made: number,
  wanted: typeof commits extends fc.Arbitrary<infer T> ? T : never,
): Commit {
  const commandId = `${wanted.id}#${made}`
  const {
    name: commandName,
    inputHash,
    recordedAt,
    correlation: correlationId = commandId,
    causationId,
    metadata,
  } = wanted
  const streams = new Set([...wanted.alsoRead, ...wanted.events.map((event) => event.stream)])
  return {
    commandId,
    commandName,
    inputHash,
    recordedAt,
    correlationId,
    causationId,
    metadata,
    checks: [...streams].map((name) => {
      const head = model.of(name).at(-1)
      return { stream: name, version: head?.version ?? 0, headId: head?.id ?? null, base: 0 }
    }),
    events: wanted.events.map((event, i) => ({ id: `${commandId}/${i}`, ...event })),
  }
}

function expectSame(log: EventLog, model: Model): void {
  const { events } = model
  expect(log.length).toBe(events.length)
  expect(log.slice()).toEqual(events)
  for (const [index, { id, stream, type }] of events.entries())
    expect([log.eventIdAt(index), log.streamAt(index), log.typeAt(index)]).toEqual([id, stream, type])
  const names = ['a', 'b', 'c', 'ü', '', 'absent', 'never written']
  expect(log.streams.existing().sort()).toEqual(names.filter((name) => model.of(name).length > 0).sort())
  for (const name of names) {
    const all = model.of(name)
    const head = log.streams.get(name)
    expect([head?.version ?? 0, head?.id ?? null]).toEqual([all.length, all.at(-1)?.id ?? null])
    for (const [after, upTo] of [
      [0, Number.POSITIVE_INFINITY],
      [1, 3],
      [all.length >> 1, all.length - 1],
      [70, 75],
      [5, 5],
    ] as const)
      expect(log.eventsOf(name, after, upTo)).toEqual(all.slice(after, Math.max(after, Math.min(all.length, upTo))))
  }
  for (const [commit, { record, events: written }] of model.commits.entries()) {
    expect(log.commandIds.get(record.commandId)).toBe(commit)
    expect(log.recordedCommitAt(commit)).toEqual({ ...record, events: written })
    for (const { position } of written) expect(log.commitAt(Number(position) - 1)).toBe(commit)
  }
}

test('holds what a list of objects holds, commits that were taken back left out', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(steps, (all) => {
      const log = new EventLog()
      const model = new Model()
      let made = 0
      for (const step of all) {
        if (step === 'seal') {
          log.seal()
        } else if (step === 'look') {
          expectSame(log, model)
        } else if (step === 'take back') {
          const gone = model.commits.pop()
          if (gone === undefined) continue
          log.takeBackLast()
          expect(log.commandIds.get(gone.record.commandId)).toBeUndefined()
        } else {
          const commit = commitOn(model, ++made, step)
          const start = model.events.length
          expect(log.add(commit)).toEqual(commit.events.map((_, i) => positionAt(start + i)))
          model.add(commit)
        }
      }
      expectSame(log, model)
    }),
    { numRuns: 60 },
  )
})

test('a commit that was taken back leaves no stream behind, not even the name', () => {
  fc.assert(
    fc.property(fc.array(commits, { maxLength: 3 }), commits, (before, last) => {
      const log = new EventLog()
      const model = new Model()
      for (const [made, wanted] of before.entries()) {
        const commit = commitOn(model, made, wanted)
        log.add(commit)
        model.add(commit)
      }
      const { count } = log.streams
      log.add(commitOn(model, before.length, last))
      log.takeBackLast()
      expect(log.streams.count).toBe(count)
    }),
    { numRuns: 100 },
  )
})
