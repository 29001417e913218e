import assert from 'node:assert/strict'
import { CommandExecutor, type Commit, defineCommand, type EventStore, ProjectionRunner, unchecked } from 'eventcore'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'
import { BALANCE_LIMIT, LedgerAccount } from './sql-ledger.ts'

const POISON = 666

/** Fails within the handler, after it has written. */
const inline = {
  after: ({ data }: { readonly data: { readonly amount: number } }): void => {
    if (data.amount === POISON) throw new Error('poison')
  },
}

/** Fails when the table looks at what was written. */
const REFUSED = BALANCE_LIMIT + 1

const commitOf = (
  store: EventStore,
  key: string,
  amounts: readonly number[],
  { version = 0, headId = null, type = 'Deposited' }: { version?: number; headId?: string | null; type?: string } = {},
): Commit => ({
  commandId: store.newId(),
  commandName: 'Deposit',
  inputHash: 'hash',
  checks: [{ stream: `account/${key}`, version, headId, base: version }],
  events: amounts.map((amount) => ({
    id: store.newId(),
    stream: `account/${key}`,
    type,
    data: JSON.stringify({ amount }),
  })),
  recordedAt: 1_764_000_000_000,
  correlationId: 'c',
  causationId: null,
  metadata: '{}',
})

/** A commit that was built on the events of another one that is not committed yet. */
const builtOn = (store: EventStore, key: string, { checks, events }: Commit, amounts: readonly number[]): Commit =>
  commitOf(store, key, amounts, {
    version: (checks[0]?.version ?? 0) + events.length,
    headId: events.at(-1)?.id ?? null,
  })

/** Of projections that are kept within the appends. */
export const inlineTests: readonly ProjectionTest[] = [
  {
    name: 'inline: the read model contains what was committed when the commit resolves',
    inline,
    async run(opened) {
      const { store } = opened
      await Promise.all(
        Array.from({ length: 6 }, async (_, writer) => {
          for (let i = 0; i < 6; i++) {
            await deposit(store, [
              { key: `own-${writer}`, amount: i },
              { key: `shared-${i % 2}`, amount: 1 },
            ])
            const row = (await opened.rows('ledger', 1)).get(`account/own-${writer}`)
            assert.deepEqual({ ...row }, { balance: (i * (i + 1)) / 2, events: i + 1, version: i + 1 })
          }
        }),
      )
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'inline: a failure fails its commit, with an error that says so, and no other of the batch',
    inline,
    async run(opened) {
      const { store } = opened
      await deposit(store, [{ key: 'alice' }])
      const [slice] = await store.read([{ stream: 'account/alice', after: 0 }])
      const alice = { version: 1, headId: slice?.headId ?? null }
      const results = await store.append([
        commitOf(store, 'bob', [2]),
        commitOf(store, 'alice', [1, POISON], alice),
        commitOf(store, 'new', [REFUSED]),
        commitOf(store, 'odd', [1], { type: 'Unheard' }),
        commitOf(store, 'alice', [3], alice),
        commitOf(store, 'carol', [4]),
      ])
      assert.deepEqual(
        results.map(({ status }) => status),
        ['committed', 'failed', 'failed', 'failed', 'committed', 'committed'],
      )
      for (const [i, message] of [
        [1, /poison/],
        [2, /constraint|limit/i],
        [3, /Unheard/],
      ] as const) {
        const result = results[i]
        assert.ok(result?.status === 'failed')
        const { code, retryable, message: text } = result.error
        assert.deepEqual([code, retryable], ['INLINE_PROJECTION_FAILED', false])
        assert.match(text, message)
      }
      const balances = async (): Promise<object> =>
        Object.fromEntries([...(await opened.rows('ledger', 1))].map(([key, { balance }]) => [key, balance]).sort())
      assert.deepEqual(await balances(), { 'account/alice': 4, 'account/bob': 2, 'account/carol': 4 })
      await expectFoldOfLog(opened)
      assert.deepEqual(
        (await store.listStreams({ limit: 10 })).map(({ stream, version }) => [stream, version]),
        [
          ['account/alice', 2],
          ['account/bob', 1],
          ['account/carol', 1],
        ],
      )
      await deposit(store, [{ key: 'new', amount: 5 }])
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'inline: what was built on a commit that fails conflicts, and a repeated command is a duplicate whatever its handler says',
    inline,
    async run(opened) {
      const { store } = opened
      const failing = commitOf(store, 'a', [POISON])
      const dependent = builtOn(store, 'a', failing, [1])
      const failingToo = builtOn(store, 'a', dependent, [POISON])
      const statuses = async (...commits: Commit[]): Promise<readonly string[]> =>
        (await store.append(commits)).map(({ status }) => status)
      assert.deepEqual(await statuses(failing, dependent, failingToo, commitOf(store, 'b', [2])), [
        'failed',
        'conflict',
        'conflict',
        'committed',
      ])
      const first = commitOf(store, 'c', [1])
      assert.deepEqual(await statuses(first), ['committed'])
      const again = { ...commitOf(store, 'c', [POISON]), commandId: first.commandId }
      assert.deepEqual(await statuses(commitOf(store, 'd', [POISON]), again, commitOf(store, 'c', [POISON])), [
        'failed',
        'duplicate',
        'conflict',
      ])
      assert.deepEqual(await statuses(commitOf(store, 'd', [POISON]), commitOf(store, 'e', [REFUSED])), [
        'failed',
        'failed',
      ])
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'inline: commands that build on each other, some of which fail, leave the fold of the log',
    inline,
    async run(opened) {
      const { store } = opened
      const Deposit = defineCommand({
        name: 'Deposit',
        input: unchecked<{ key: string; amount: number }>(),
        streams: ({ key }) => ({ account: LedgerAccount(key) }),
        handle: ({ input, account }) => [account.emit('Deposited', { amount: input.amount })],
      })
      const executor = new CommandExecutor(store)
      const amounts = Array.from({ length: 60 }, (_, i) => (i % 7 === 3 ? POISON : i % 11 === 5 ? REFUSED : i))
      const ends = await Promise.allSettled(
        amounts.map((amount, i) => executor.executeOrThrow(Deposit({ key: `a${i % 3}`, amount }))),
      )
      for (const [i, end] of ends.entries()) {
        const fails = amounts[i] === POISON || amounts[i] === REFUSED
        assert.equal(end.status, fails ? 'rejected' : 'fulfilled', `deposit ${i} of ${amounts[i]}`)
        if (end.status === 'rejected') assert.equal(end.reason.code, 'INLINE_PROJECTION_FAILED')
      }
      await executor.close()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'inline: no runner applies events a second time',
    inline,
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 5; i++) await deposit(store, [{ key: 'a', amount: i }])
      const runner = new ProjectionRunner(store, opened.ledger({}), { leaseMs: 200 })
      runner.start()
      for (let i = 0; i < 20; i++) await deposit(store, [{ key: 'a', amount: i }])
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
]
