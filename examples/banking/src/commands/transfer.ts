import { defineCommand, ensure } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'
import { Approval } from '../streams/approval.ts'
import { Limits, RETAIL } from '../streams/limits.ts'

/**
 * Moves money between two accounts: both streams, or neither. It commits only if the two accounts, the limits that it reads
 * and the approval that it finds on the way all stand where they were read.
 */
export const Transfer = defineCommand({
  name: 'Transfer',
  input: z
    .object({ from: AccountId, to: AccountId, amount: Money })
    .refine(({ from, to }) => from !== to, 'two different accounts are expected'),
  streams: ({ from, to }) => ({
    from: Account(from),
    to: Account(to),
    limits: Limits.readOnly(RETAIL),
  }),
  // A generator, so that it can ask for one more stream and still be decided synchronously, in one batch with others.
  handle: function* ({ input, from, to, limits, read, commandId }) {
    const { amount } = input
    yield* ensure(from.state.open, 'AccountNotOpen', { account: input.from })
    yield* ensure(to.state.open, 'AccountNotOpen', { account: input.to })
    yield* ensure(amount <= limits.state.maximum, 'AboveLimit', { maximum: limits.state.maximum })
    yield* ensure(from.state.balance >= amount, 'InsufficientFunds', { balance: from.state.balance })
    const moved = [
      from.emit('TransferSent', { amount, to: input.to }),
      to.emit('TransferReceived', { amount, from: input.from }),
    ]
    if (amount <= limits.state.approvalAbove) return moved
    // Only large transfers read this stream. From here on it belongs to the consistency boundary: two transfers that race for
    // the last approval cannot both have it.
    const approval = yield* read(Approval(input.from))
    yield* ensure(approval.state.left > 0, 'ApprovalMissing')
    return [...moved, approval.emit('ApprovalUsed', { transfer: commandId })]
  },
})
