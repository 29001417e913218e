import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Limits } from '../streams/limits.ts'

export const SetLimits = defineCommand({
  name: 'SetLimits',
  input: z.object({ policy: z.string(), approvalAbove: Money, maximum: Money }),
  streams: ({ policy }) => ({ limits: Limits(policy) }),
  handle: ({ input, limits }) => {
    const { approvalAbove, maximum } = input
    // A decision to write nothing is one too: it is checked like any other.
    if (limits.state.approvalAbove === approvalAbove && limits.state.maximum === maximum) return []
    return limits.emit('LimitsSet', { approvalAbove, maximum })
  },
})
