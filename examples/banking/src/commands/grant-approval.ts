import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { AccountId } from '../streams/account.ts'
import { Approval } from '../streams/approval.ts'

export const GrantApproval = defineCommand({
  name: 'GrantApproval',
  input: z.object({ account: AccountId, by: z.string().min(1) }),
  streams: ({ account }) => ({ approval: Approval(account) }),
  handle: ({ input, approval }) => approval.emit('ApprovalGranted', { by: input.by }),
})
