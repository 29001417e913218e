import { defineStream } from 'eventcore'
import { z } from 'zod'

/** Approvals of large transfers from one account: `approval/2378`. Each is good for one transfer. */
export const Approval = defineStream('approval', {
  events: {
    ApprovalGranted: z.object({ by: z.string().min(1) }),
    ApprovalUsed: z.object({ transfer: z.string() }),
  },
  /** How many are granted and not used. */
  initial: () => ({ left: 0 }),
  apply: {
    ApprovalGranted: (state) => ({ left: state.left + 1 }),
    ApprovalUsed: (state) => ({ left: state.left - 1 }),
  },
})
