import {
  CommandExecutor,
  CommitOutcomeUnknown,
  defineCommand,
  type EventStoreError,
  StoreFailure,
  StoreUnavailable,
  unchecked,
} from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

// Every call that one command makes of the store fails in turn, the first, the second, the third, until it is through before
// it comes to it: whatever the moment, what the caller is told is what is in the store.

useStoppedTime()

/** What becomes of the n-th call: nothing is done, or it is, and then it fails. */
interface Mode {
  readonly name: string
  readonly done: boolean
  /** Whether a command survives one of them. */
  readonly transient: boolean
  readonly error: (commandIds: readonly string[] | undefined) => Error
}

const unavailable = (): EventStoreError => new StoreUnavailable('nobody is there', 'a call')
const lost = (commandIds: readonly string[] | undefined): Error =>
  commandIds === undefined ? unavailable() : new CommitOutcomeUnknown(commandIds)

const MODES: readonly Mode[] = [
  { name: 'is not done: unavailable', done: false, transient: true, error: unavailable },
  { name: 'is not done, and nobody knows it', done: false, transient: true, error: lost },
  { name: 'is done, and its answer lost', done: true, transient: true, error: lost },
  { name: 'fails for good', done: false, transient: false, error: () => new StoreFailure('disk full', 'a call') },
  { name: 'throws what no store may throw', done: false, transient: false, error: () => new Error('a bug') },
  {
    name: 'is done, and throws what no store may throw',
    done: true,
    transient: false,
    error: () => new Error('a bug'),
  },
]

const payment = {
  name: 'Pay',
  input: unchecked<{ from: string; to: string; limits: string }>(),
  streams: ({ from, to }: { from: string; to: string }) => ({ from: Account(from), to: Account(to) }),
} as const
/** Reads two streams, finds a third one as it runs, writes to two. */
const FORMS = {
  generator: defineCommand({
    ...payment,
    handle: function* ({ input, from, to, read }) {
      const { state } = yield* read(Account.readOnly(input.limits))
      return [from.emit('Withdrawn', { amount: state.balance }), to.emit('Deposited', { amount: state.balance })]
    },
  }),
  async: defineCommand({
    ...payment,
    handle: async ({ input, from, to, read }) => {
      const { state } = await read(Account.readOnly(input.limits))
      return [from.emit('Withdrawn', { amount: state.balance }), to.emit('Deposited', { amount: state.balance })]
    },
  }),
}

/** Runs the command while its n-th call fails, or each from the n-th on. Answers whether it came to that. */
async function failingAt(n: number, forGood: boolean, mode: Mode, form: keyof typeof FORMS): Promise<boolean> {
  const store = new HookedStore()
  const rival = new CommandExecutor(store.shared)
  await rival.execute(Deposit({ to: 'from', amount: 100 }))
  await rival.execute(Deposit({ to: 'limits', amount: 7 }))
  let [calls, conflicts, failed, calm] = [0, 0, 0, false]
  const call = async <Result>(proceed: () => Promise<Result>, commandIds?: readonly string[]): Promise<Result> => {
    if (calm || ++calls < n || (!forGood && calls > n)) return await proceed()
    failed++
    if (mode.done) await proceed()
    throw mode.error(commandIds)
  }
  store.onRead = (_, proceed) => call(proceed)
  store.onLookUp = (_, proceed) => call(proceed)
  store.onAppend = async (commits, proceed) => {
    // Somebody else is faster, twice: the command needs three attempts.
    if (!calm && conflicts < 2) {
      conflicts++
      await rival.execute(Deposit({ to: conflicts === 1 ? 'from' : 'limits', amount: 1 }))
    }
    return await call(
      proceed,
      commits.map(({ commandId }) => commandId),
    )
  }
  const executor = new CommandExecutor(store, { maxAttempts: 12, timeoutMs: 2_000 })
  const command = FORMS[form]({ from: 'from', to: 'to', limits: 'limits' })
  let outcome: unknown
  void executor.execute(command, { commandId: 'pay' }).then(
    ({ status }) => {
      outcome = status
    },
    (error: unknown) => {
      outcome = error
    },
  )
  for (let passed = 0; outcome === undefined && passed < 6_000; passed += 20) {
    // By then it has given up, or has not: from here on a look-up of its id finds out.
    calm ||= passed > 3_000
    await pass(20)
  }
  calm = true

  const about = `call ${n}${forGood ? ' and all after it' : ''} of ${calls}: ${String(outcome)}`
  const commits = store.commitsOf('pay')
  expect(commits, about).toBeLessThanOrEqual(1)
  if (failed === 0 || (mode.transient && !forGood)) expect(outcome, about).toBe('committed')
  if (outcome === 'committed') expect(commits, about).toBe(1)
  else if (!(outcome instanceof CommitOutcomeUnknown)) {
    expect(outcome, about).toBeInstanceOf(Error)
    expect(commits, `failed for certain, and there: ${about}`).toBe(0)
  }
  await expectGoesOn(store, executor, about)
  return failed > 0
}

/** The same executor knows what is in the store, and works on. */
async function expectGoesOn(store: HookedStore, executor: CommandExecutor, about: string): Promise<void> {
  const fresh = new CommandExecutor(store.shared)
  for (const account of ['from', 'to', 'limits']) {
    const depositing = executor.execute(Deposit({ to: account, amount: 1 }))
    await pass(50)
    expect((await depositing).status, about).toBe('committed')
    expect(await look(executor, account), about).toEqual(await look(fresh, account))
  }
}

const sweeps = MODES.flatMap((mode) =>
  [false, true].flatMap((forGood) =>
    (['generator', 'async'] as const).map((form) => ({ mode, forGood, form, name: mode.name })),
  ),
)

test.each(sweeps)(
  'a call of a command ($form) that $name, then all from there on ($forGood)',
  {
    timeout: 120_000,
  },
  async ({ mode, forGood, form }) => {
    let n = 1
    while (await failingAt(n, forGood, mode, form)) n++
    // A read of what is declared, one of what is found, three appends at least.
    expect(n).toBeGreaterThan(5)
  },
)
