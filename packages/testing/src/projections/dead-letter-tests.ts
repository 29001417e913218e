import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProjectionRunner } from 'eventcore'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit, type LedgerEvent, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'

const onFailure = { action: 'dead-letter', maxAttempts: 2, baseDelayMs: 1 } as const
const poisonAt =
  (stream: string, version: number) =>
  (event: LedgerEvent): void => {
    if (event.stream === `account/${stream}` && event.version === version) throw new Error('poison')
  }

export const deadLetterTests: readonly ProjectionTest[] = [
  ...(['dead-letter', 'skip', 'stop'] as const).map(
    (action): ProjectionTest => ({
      name: `hooks are told of an event that fails, and of the states; what they throw is no failure (${action})`,
      async run(opened) {
        const { store } = opened
        const told: string[] = []
        const wrong: unknown[] = []
        const before = ({ stream }: LedgerEvent): void => {
          if (stream === 'account/poison') throw new Error('poison')
        }
        const projection = opened.ledger({ before, onFailure: { action, maxAttempts: 1 } })
        const runner = new ProjectionRunner(store, projection, {
          onStateChange: ({ state, previous, error }) => {
            told.push(state)
            if (state === previous || (error === undefined) === (state === 'failed')) wrong.push({ state, error })
            throw new RangeError('thrown by a hook of a test')
          },
          onDeadLetter: ({ stream, version, reason, attempts }) => {
            told.push(`${stream} ${version} ${reason} ${attempts}`)
            throw new RangeError('thrown by a hook of a test')
          },
        })
        const warnings: Error[] = []
        const warned = (warning: Error): number => warnings.push(warning)
        process.on('warning', warned)
        for (let i = 0; i < 2; i++) await deposit(store, [{ key: 'poison' }])
        runner.start()
        const last = { events: await deposit(store, [{ key: 'a' }]) }
        if (action === 'stop') await assert.rejects(runner.waitFor(last, PATIENCE), { code: 'PROJECTION_HALTED' })
        else await runner.waitFor(last, PATIENCE)
        await runner.stop()
        // Warnings come a moment after.
        await sleep(1)
        process.off('warning', warned)
        assert.deepEqual(wrong, [])
        const [first, ...later] = told
        assert.equal(first, 'standby')
        const letters = later.filter((one) => one.startsWith('account/'))
        const skipped = [1, 2].map((version) => `account/poison ${version} skipped 1`)
        assert.deepEqual(letters, { 'dead-letter': ['account/poison 1 failed 1'], skip: skipped, stop: [] }[action])
        assert.equal(later.at(-1), action === 'stop' ? 'failed' : 'stopped')
        assert.ok(warnings.filter(({ name }) => name === 'RangeError').length >= told.length)
      },
    }),
  ),
  ...[false, true].map(
    (batch): ProjectionTest => ({
      name: `a poison event is parked, its stream behind it, and other streams flow${batch ? ', with a batch handler' : ''}`,
      async run(opened) {
        const { store } = opened
        const runner = new ProjectionRunner(store, opened.ledger({ before: poisonAt('a', 3), onFailure, batch }))
        for (let i = 1; i <= 6; i++) await deposit(store, [{ key: 'a' }, { key: 'b' }])
        runner.start()
        await runner.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE)
        for (let i = 7; i <= 8; i++) await deposit(store, [{ key: 'a' }, { key: 'b' }])
        await runner.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE)
        await expectFoldOfLog(opened, {}, ({ stream, version }) => stream === 'account/a' && version >= 3)
        const letters = await runner.deadLetters.list()
        assert.deepEqual(
          letters.map(({ stream, version, reason }) => [stream, version, reason]),
          [3, 4, 5, 6, 7, 8].map((version) => ['account/a', version, version === 3 ? 'failed' : 'waiting']),
        )
        assert.match(letters[0]?.error ?? '', /poison/)
        assert.deepEqual((await runner.status()).deadLetters, { failed: 1, waiting: 5, skipped: 0 })
        await runner.stop()
      },
    }),
  ),
  {
    name: 'dead letters are retried in order once the handler is mended, and the stream flows again',
    async run(opened) {
      const { store } = opened
      const broken = new ProjectionRunner(store, opened.ledger({ before: poisonAt('a', 2), onFailure }))
      for (let i = 1; i <= 5; i++) await deposit(store, [{ key: 'a', amount: i }, { key: 'b' }])
      broken.start()
      await broken.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE)
      const stillBroken = await broken.deadLetters.retry()
      assert.equal(stillBroken.handled, 0)
      assert.match(String(stillBroken.errors.get('account/a')), /poison/)
      await broken.stop()
      const mended = new ProjectionRunner(store, opened.ledger({ onFailure }))
      mended.start()
      const [next] = await deposit(store, [{ key: 'a', amount: 6 }])
      assert.ok(next)
      await assert.rejects(mended.waitFor(next.position, PATIENCE), { code: 'EVENT_PARKED', reason: 'waiting' })
      const { handled, errors } = await mended.deadLetters.retry('account/a')
      assert.deepEqual([handled, errors.size], [5, 0])
      await mended.waitFor(next.position, PATIENCE)
      await mended.waitFor({ events: await deposit(store, [{ key: 'a', amount: 7 }]) }, PATIENCE)
      await expectFoldOfLog(opened)
      assert.deepEqual(await mended.deadLetters.list(), [])
      await mended.stop()
    },
  },
  {
    name: 'who waits for an event that was parked is told so, and is not told that it is there',
    async run(opened) {
      const { store } = opened
      const runner = new ProjectionRunner(store, opened.ledger({ before: poisonAt('a', 1), onFailure }))
      runner.start()
      const outcome = { events: await deposit(store, [{ key: 'a' }, { key: 'b' }]) }
      await assert.rejects(runner.waitFor(outcome, PATIENCE), { code: 'EVENT_PARKED', reason: 'failed' })
      await runner.stop()
    },
  },
  {
    name: 'a discarded event is kept as skipped, and what waits behind it can be retried',
    async run(opened) {
      const { store } = opened
      const runner = new ProjectionRunner(store, opened.ledger({ before: poisonAt('a', 2), onFailure }))
      for (let i = 1; i <= 4; i++) await deposit(store, [{ key: 'a', amount: i }])
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE)
      const [first] = await runner.deadLetters.list({ reasons: ['failed'] })
      assert.ok(first)
      assert.equal((await runner.deadLetters.inspect(first)).data, '{"amount":2}')
      await runner.deadLetters.discard(first)
      await assert.rejects(runner.deadLetters.discard(first), { code: 'DEAD_LETTER_GONE' })
      assert.deepEqual(await runner.deadLetters.retry().then(({ handled }) => handled), 2)
      await expectFoldOfLog(opened, {}, ({ stream, version }) => stream === 'account/a' && version === 2)
      assert.deepEqual((await runner.status()).deadLetters, { failed: 0, waiting: 0, skipped: 1 })
      await runner.stop()
    },
  },
  {
    name: 'the policy "skip" goes on without the event, and keeps a record',
    async run(opened) {
      const { store } = opened
      const skip = { ...onFailure, action: 'skip' } as const
      const runner = new ProjectionRunner(store, opened.ledger({ before: poisonAt('a', 2), onFailure: skip }))
      const outcomes = []
      for (let i = 1; i <= 4; i++) outcomes.push({ events: await deposit(store, [{ key: 'a', amount: i }]) })
      runner.start()
      await runner.waitFor(outcomes[3] ?? { events: [] }, PATIENCE)
      await assert.rejects(runner.waitFor(outcomes[1] ?? { events: [] }, PATIENCE), {
        code: 'EVENT_PARKED',
        reason: 'skipped',
      })
      await expectFoldOfLog(opened, {}, ({ stream, version }) => stream === 'account/a' && version === 2)
      await runner.stop()
    },
  },
  {
    name: 'an event that cannot be decoded follows the same policy',
    async run(opened) {
      const { store } = opened
      await deposit(store, [{ key: 'a' }, { key: 'b' }])
      await deposit(store, [{ key: 'a', type: 'Unheard' }, { key: 'b' }])
      await deposit(store, [{ key: 'a' }, { key: 'b' }])
      const stopping = new ProjectionRunner(store, opened.ledger({}))
      stopping.start()
      await assert.rejects(stopping.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE), {
        code: 'PROJECTION_HALTED',
      })
      await stopping.stop()
      const parking = new ProjectionRunner(store, opened.ledger({ onFailure }))
      parking.start()
      await parking.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE)
      const letters = await parking.deadLetters.list()
      assert.deepEqual(
        letters.map(({ version, reason, type }) => [version, reason, type]),
        [
          [2, 'failed', 'Unheard'],
          [3, 'waiting', 'Deposited'],
        ],
      )
      await expectFoldOfLog(opened, {}, ({ stream, version }) => stream === 'account/a' && version >= 2)
      await parking.stop()
    },
  },
]
