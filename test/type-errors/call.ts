import { CommandExecutor, type EventStore } from 'eventcore'
import { Withdraw } from './bank.ts'

declare const store: EventStore
const executor = new CommandExecutor(store)

// Mistake: a part of the input is missing
Withdraw({ from: 'alice' })

// Mistake: a part of the input has the wrong type
Withdraw({ from: 'alice', amount: '100' })

// Mistake: a part of the input is misspelt
Withdraw({ form: 'alice', amount: 100 })

// Mistake: the definition of a command is executed, without an input
await executor.execute(Withdraw)

// Mistake: a switch over the codes forgets one
export async function withdraw(): Promise<string> {
  const outcome = await executor.execute(Withdraw({ from: 'alice', amount: 100 }))
  if (outcome.status === 'committed') return 'done'
  switch (outcome.code) {
    case 'AccountClosed':
      return 'closed'
  }
}

// Mistake: a switch over the codes forgets one, and says that none is left
export async function withdrawAgain(): Promise<string> {
  const outcome = await executor.execute(Withdraw({ from: 'alice', amount: 100 }))
  if (outcome.status === 'committed') return 'done'
  switch (outcome.code) {
    case 'AccountClosed':
      return 'closed'
    default: {
      const none: never = outcome
      return none
    }
  }
}

// Mistake: a code that the command does not reject with
export async function withdrawOnce(): Promise<string> {
  const outcome = await executor.execute(Withdraw({ from: 'alice', amount: 100 }))
  return outcome.status === 'rejected' && outcome.code === 'OutOfMoney' ? 'poor' : 'done'
}

// Mistake: the detail of another code
export async function withdrawTwice(): Promise<number> {
  const outcome = await executor.execute(Withdraw({ from: 'alice', amount: 100 }))
  return outcome.status === 'rejected' && outcome.code === 'AccountClosed' ? outcome.detail.balance : 0
}

// Mistake: the events of a command that may have been rejected
export async function withdrawBlindly(): Promise<number> {
  const outcome = await executor.execute(Withdraw({ from: 'alice', amount: 100 }))
  return outcome.events.length
}
