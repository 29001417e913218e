import assert from 'node:assert/strict'
import type { Commit, EventStore, StreamCheck, StreamSlice } from 'eventcore'
import type { SeededRandom } from '../../workload/seeded-random.ts'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { pause } from '../fixture/pauses.ts'
import { expectLogReplays } from '../fixture/race-replay.ts'
import { countOf, Race, type RaceEntry } from '../fixture/racer.ts'
import { idsOf } from '../fixture/results.ts'
import { together } from '../fixture/together.ts'
import type { Stage } from '../stage.ts'

const CLIENTS = 8
const BATCHES = 12
const BATCH_SIZE = 5

/** Batches as the executor sends them: each commit decided on the events of those before it, which are not durable yet. */
export const batchRacesSection: ContractSection = {
  name: 'races: batches whose commits build on each other',
  tests: [
    contractTest('batches over a hot set of streams', async (stage) => {
      const race = await raceBatches(stage, ['a', 'b', 'c', 'd'], 3)
      assert.ok(countOf(race.entries, 'conflict') > 0, 'the race proves nothing: nobody met a conflict')
    }),

    contractTest('batches over many streams, most of which others leave alone', async (stage) => {
      await raceBatches(
        stage,
        Array.from({ length: 60 }, (_, i) => `s-${i}`),
        4,
      )
    }),

    contractTest('batches that have commands in common, sent at once, commit each command once', async (stage) => {
      const handles = await stage.handles(CLIENTS)
      const { store } = stage
      for (let round = 0; round < BATCHES; round++) {
        const commands = Array.from({ length: 12 }, (_, i) => {
          const stream = `s-${round}-${i}`
          return newCommit(store, [absent(stream)], [newEvent(store, stream), newEvent(store, stream)])
        })
        const batches = handles.map(() => stage.random.sample(commands, 8))
        const answers = await together(handles.map((handle, i) => handle.append(batches[i] as Commit[])))
        const results = answers.flatMap((answer, i) =>
          answer.map((result, n) => ({ result, commit: batches[i]?.[n] as Commit })),
        )
        for (const command of commands) {
          const statuses = results.filter(({ commit }) => commit === command).map(({ result }) => result.status)
          const expected = statuses.map((_, i) => (i === 0 ? 'committed' : 'duplicate'))
          assert.deepEqual(statuses.sort(), expected, 'a command that several batches contain commits in one of them')
          const written = (
            await readFeedToHead(store, { filter: { streams: command.checks.map(({ stream }) => stream) } })
          ).events
          assert.deepEqual(idsOf(written), statuses.length === 0 ? [] : command.events.map(({ id }) => id))
        }
      }
    }),
  ],
}

async function raceBatches(stage: Stage, streams: readonly string[], width: number): Promise<Race> {
  const race = new Race()
  const run = async (store: EventStore, random: SeededRandom): Promise<void> => {
    for (let i = 0; i < BATCHES; i++) {
      const chosen = random.sample(streams, width)
      const slices = await store.read(chosen.map((stream) => ({ stream, after: 0 })))
      await pause(random)
      expectDependentsToFail(await race.enterBatch(store, buildBatch(store, slices, random)))
      await pause(random)
    }
  }
  await together((await stage.handles(CLIENTS)).map((store) => run(store, stage.random.fork())))
  assert.ok(countOf(race.entries, 'committed') > 0, 'the race proves nothing: nobody committed')
  await expectLogReplays(stage.store, race)
  return race
}

/** How a stream would stand if all commits of the batch so far were successful. */
interface Pending {
  readonly check: StreamCheck
  readonly count: number
}

function buildBatch(store: EventStore, slices: readonly StreamSlice[], random: SeededRandom): Commit[] {
  const pending = new Map<string, Pending>()
  for (const { stream, version, headId, events } of slices) {
    pending.set(stream, { check: { stream, version, headId, base: version }, count: events.length })
  }
  return Array.from({ length: BATCH_SIZE }, () => {
    const read = random.sample([...pending.values()], 1 + random.below(pending.size))
    const saw = read.map(({ check, count }) => [check.stream, count, check.headId])
    const written = random.sample(read, random.pick([0, 1, 1, 2]))
    const events = written.map(({ check }) =>
      newEvent(store, check.stream, { type: 'Decided', data: JSON.stringify({ saw }) }),
    )
    for (const [i, { check, count }] of written.entries()) {
      const { stream, version, base } = check
      pending.set(stream, {
        check: { stream, version: version + 1, headId: events[i]?.id ?? null, base },
        count: count + 1,
      })
    }
    return newCommit(
      store,
      read.map(({ check }) => check),
      events,
    )
  })
}

function expectDependentsToFail(entries: readonly RaceEntry[]): void {
  const refused = new Set<string>()
  for (const { commit, result } of entries) {
    const dependent = commit.checks.some(({ headId }) => headId !== null && refused.has(headId))
    if (dependent) assert.equal(result.status, 'conflict', 'what is built on a commit that conflicts must conflict')
    if (result.status === 'conflict') for (const { id } of commit.events) refused.add(id)
  }
}
