import assert from 'node:assert/strict'
import type { CommitResult, Cursor, EventStore, FeedFilter, StoredEvent } from 'eventcore'
import type { SeededRandom } from '../../workload/seeded-random.ts'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { ContractModel, type ModelEvent, type ModelResult } from '../fixture/contract-model.ts'
import { RANDOM_STREAMS, RANDOM_TYPES, randomCommit } from '../fixture/random-commits.ts'
import { idsOf } from '../fixture/results.ts'
import type { Stage } from '../stage.ts'

const BATCHES = 60
const QUESTIONS = 60

/** What no single test thinks of: random batches and random questions, and the answers that a plain model gives. */
export const randomHistoriesSection: ContractSection = {
  name: 'random histories',
  tests: [
    contractTest('random batches are answered as the model answers them', async (stage) => {
      const model = await randomHistory(stage, stage.random)
      const expected = model.events.map(({ id }) => id)
      assert.deepEqual(idsOf((await stage.store.readFeed({ limit: expected.length + 1 })).events), expected)
    }),

    contractTest('random reads are answered as the model answers them', async (stage) => {
      const { store, random } = stage
      const model = await randomHistory(stage, random)
      for (let i = 0; i < QUESTIONS; i++) {
        const reads = random.sample([...RANDOM_STREAMS, 'missing'], 1 + random.below(5)).map((stream) => {
          const after = random.below(8)
          return random.below(3) === 0 ? { stream, after, upTo: after + random.below(6) } : { stream, after }
        })
        const limit = random.pick([0, 1, 3, 10, 1_000])
        const slices = (await store.read(reads, { limit })).map(({ stream, version, headId, events, complete }) => ({
          stream,
          version,
          headId,
          events: events.map(plain),
          complete,
        }))
        assert.deepEqual(slices, model.read(reads, limit), `read(${JSON.stringify(reads)}, limit ${limit})`)
      }
    }),

    contractTest('random pages of streams and of the list of streams are as the model has them', async (stage) => {
      const { store, random } = stage
      const model = await randomHistory(stage, random)
      for (let i = 0; i < QUESTIONS; i++) {
        const stream = random.pick([...RANDOM_STREAMS, 'missing'])
        const limit = random.below(6)
        const from = 1 + random.below(12)
        const events = model.stream(stream)
        const forwards = await store.readStream(stream, { direction: 'forwards', from, limit })
        assert.deepEqual(
          forwards.map(plain),
          events.slice(from - 1, from - 1 + limit),
          `forwards from ${from}, limit ${limit}`,
        )
        const backwards = await store.readStream(stream, { direction: 'backwards', from, limit })
        assert.deepEqual(
          backwards.map(plain),
          events.slice(0, from).reverse().slice(0, limit),
          `backwards from ${from}, limit ${limit}`,
        )
        const prefix = random.pick(['', 'a', 'A', 'b_', 'b%', 'é', '🧾', 'x'])
        const after = random.pick([undefined, ...RANDOM_STREAMS])
        const wanted = model
          .streams()
          .filter(
            (id) =>
              id.startsWith(prefix) && (after === undefined || Buffer.compare(Buffer.from(id), Buffer.from(after)) > 0),
          )
        const listed = await store.listStreams(after === undefined ? { prefix, limit } : { prefix, after, limit })
        assert.deepEqual(
          listed.map((info) => [info.stream, info.version]),
          wanted.slice(0, limit).map((id) => [id, model.stream(id).length]),
          `streams with the prefix "${prefix}" after ${after}, limit ${limit}`,
        )
      }
    }),

    contractTest('random filters over the feed, in pages of random size, give what the model gives', async (stage) => {
      const { store, random } = stage
      const model = await randomHistory(stage, random)
      for (let i = 0; i < QUESTIONS; i++) {
        const filter = randomFilter(random)
        const seen: string[] = []
        let cursor: Cursor | undefined
        for (let atHead = false; !atHead; ) {
          const page = await store.readFeed({ after: cursor, limit: 1 + random.below(12), filter })
          seen.push(...idsOf(page.events))
          atHead = page.atHead
          cursor = page.cursor
        }
        const expected = model.events.filter((event) => matches(filter, event)).map(({ id }) => id)
        assert.deepEqual(seen, expected, `the feed with the filter ${JSON.stringify(filter)}`)
      }
    }),
  ],
}

const plain = ({ id, stream, type, data, version }: StoredEvent): ModelEvent => ({ id, stream, type, data, version })

/** Sends random batches to the store and to the model, through all handles in turn, and compares the answers. */
async function randomHistory(stage: Stage, random: SeededRandom): Promise<ContractModel> {
  const model = new ContractModel()
  const handles = await stage.handles(4)
  const met = new Set<string>()
  for (let i = 0; i < BATCHES; i++) {
    const store = handles[i % handles.length] as EventStore
    const taken = new Set<string>()
    const batch = Array.from({ length: 1 + random.below(6) }, () => {
      const commit = randomCommit(store, model, taken, random)
      return { commit, expected: model.append(commit) }
    })
    const results = await store.append(batch.map(({ commit }) => commit))
    assert.equal(results.length, batch.length, 'one result per commit')
    for (const [n, { commit, expected }] of batch.entries()) {
      assert.deepEqual(
        sorted(answerOf(results[n] as CommitResult)),
        sorted(expected),
        `commit ${n} of batch ${i}: ${JSON.stringify(commit)}`,
      )
      met.add(expected.status)
    }
  }
  assert.deepEqual(
    [...met].sort(),
    ['committed', 'conflict', 'duplicate', 'verified'],
    'the history should meet every answer',
  )
  return model
}

function answerOf(result: CommitResult): ModelResult {
  if (result.status === 'duplicate') {
    return { status: 'duplicate', commandId: result.commit.commandId, events: idsOf(result.commit.events) }
  }
  if (result.status === 'failed') throw result.error
  if (result.status !== 'conflict') return { status: result.status }
  const conflicts = result.conflicts.map((conflict) => ({
    stream: conflict.stream,
    version: conflict.expectedVersion,
    headId: conflict.expectedHeadId,
    actualVersion: conflict.actualVersion,
    actualHeadId: conflict.actualHeadId,
    missed: idsOf(conflict.missed),
  }))
  return { status: 'conflict', conflicts }
}

/** The order of the conflicts is nobody's promise. */
const sorted = (result: ModelResult): ModelResult =>
  result.status === 'conflict'
    ? { ...result, conflicts: result.conflicts.toSorted((a, b) => (a.stream < b.stream ? -1 : 1)) }
    : result

function randomFilter(random: SeededRandom): FeedFilter {
  return {
    ...(random.below(3) === 0 ? { streams: random.sample([...RANDOM_STREAMS, 'missing'], random.below(4)) } : {}),
    ...(random.below(2) === 0 ? { prefix: random.pick(['', 'a', 'A', 'b_', 'b%', 'é', '🧾', 'x']) } : {}),
    ...(random.below(3) === 0
      ? { prefixes: random.sample(['', 'a', 'a-', 'A', 'b_', 'b%', 'é', '🧾', 'x'], random.below(4)) }
      : {}),
    ...(random.below(3) === 0 ? { pattern: random.pick(Object.keys(PATTERNS)) } : {}),
    ...(random.below(3) === 0 ? { types: random.sample([...RANDOM_TYPES, 'Unknown'], random.below(3)) } : {}),
  }
}

/** Patterns with what they mean, written by hand, since the compiler of patterns is part of what is tested. */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  '*': [...RANDOM_STREAMS],
  '?': ['a', 'A', 'é', '🧾', '\uffee'],
  'a*': ['a', 'a-1'],
  '[!a]': ['A', 'é', '🧾', '\uffee'],
  'b?2': ['b_2', 'b%2'],
  '*-[0-9]': ['a-1'],
  '[a-z]': ['a'],
}

const matches = ({ streams, prefix, prefixes, pattern, types }: FeedFilter, { stream, type }: ModelEvent): boolean =>
  (streams === undefined || streams.includes(stream)) &&
  (prefix === undefined || stream.startsWith(prefix)) &&
  (prefixes === undefined || prefixes.some((one) => stream.startsWith(one))) &&
  (pattern === undefined || (PATTERNS[pattern] ?? []).includes(stream)) &&
  (types === undefined || types.includes(type))
