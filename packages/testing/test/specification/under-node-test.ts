import { it } from 'node:test'
import { event, given } from '../../src/index.ts'
import { Account, TransferMoney } from './bank.ts'

// Not a test of its own: `node --test` runs it, in specification.test.ts. The second one is to fail.
const rich = event(Account('alice'), 'MoneyDeposited', { amount: 100 })
const deposited = event(Account('bob'), 'MoneyDeposited', { amount: 30, memo: 'from alice' })
for (const amount of [30, 31]) {
  it(`a transfer withdraws ${amount}`, async () => {
    await given(rich)
      .when(TransferMoney({ from: 'alice', to: 'bob', amount: 30 }))
      .then(event(Account('alice'), 'MoneyWithdrawn', { amount }), deposited)
  })
}
