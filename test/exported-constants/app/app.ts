// Another package, which sees the declarations of the first and none of its sources.
import { CommandExecutor, type EventStore, type EventsOf, type OutcomeOf, type StateOf } from 'eventcore'
import { type Account, type Approval, Close, Order } from '../domain/domain.ts'

export const run = async (store: EventStore): Promise<string> => {
  const outcome = await new CommandExecutor(store).execute(Order({ account: 'alice', skus: ['a'] }))
  if (outcome.status === 'committed') return outcome.events[0]?.type ?? 'nothing'
  switch (outcome.code) {
    case 'NoSuchAccount':
      return 'open one'
    case 'SoldOut':
      return outcome.detail.sold.toFixed()
    case 'NeedsApproval':
      return outcome.detail.toISOString()
  }
}

export const close = (outcome: OutcomeOf<typeof Close>): 'committed' => outcome.status
export const balance = (state: StateOf<typeof Account>): number => state.balance
export const granted: EventsOf<typeof Approval>['Granted'] | undefined = undefined

// @ts-expect-error the account is missing
Order({ skus: [] })
// @ts-expect-error the id is text
Close({ id: 1 })
