import { CommandExecutor, defineCommand, type EventStore, reject, unchecked } from 'eventcore'
import { Account } from '../specification/bank.ts'

/** What was asked, and what came of it. */
export interface Answer {
  readonly question: string
  readonly answer?: unknown
  readonly error?: unknown
}

type Seen = readonly SeenEvent[]
type SeenEvent = readonly [type: string, data: unknown]

const and = (seen: Seen, type: string, data: unknown): Seen => [...seen, [type, data]]

const Story = Account.view({
  initial: (): Seen => [],
  apply: {
    AccountOpened: (seen, data) => and(seen, 'AccountOpened', data),
    MoneyDeposited: (seen, data) => and(seen, 'MoneyDeposited', data),
    MoneyWithdrawn: (seen, data) => and(seen, 'MoneyWithdrawn', data),
  },
})

const Look = defineCommand({
  name: 'Look',
  input: unchecked<string>(),
  streams: (name) => ({ account: Story.readOnly(name) }),
  handle: ({ account }) => reject('Seen', account.state),
})

/** Everything that can be asked of a store, and what a command sees of it. */
export async function askAll(
  store: EventStore,
  names: readonly string[],
  commandIds: readonly string[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  const ask = async (question: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      answers.push({ question, answer: await work() })
    } catch (error) {
      answers.push({ question, error })
    }
  }
  const executor = new CommandExecutor(store)
  for (const name of names) {
    await ask(`state of ${name}`, async () => {
      const outcome = await executor.execute(Look(name))
      return outcome.status === 'rejected' ? outcome.detail : outcome
    })
    await ask(`events of ${name}`, () => store.readStream(Account.idOf(name), { direction: 'forwards', limit: 1_000 }))
  }
  for (const id of commandIds) await ask(`commit ${id}`, () => store.findCommits([id]))
  await ask('feed', async () => (await store.readFeed({ limit: 1_000 })).events)
  await executor.close()
  return answers
}
