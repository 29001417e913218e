import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'

/**
 * A policy that commands read and never write: `limits/retail`. A transfer that was decided on old limits does not commit
 * when they have changed since, although it writes nothing here.
 */
export const Limits = defineStream('limits', {
  events: { LimitsSet: z.object({ approvalAbove: Money, maximum: Money }) },
  /** Before anybody has set limits, nothing may be moved. */
  initial: () => ({ approvalAbove: 0, maximum: 0 }),
  apply: { LimitsSet: (_, limits) => limits },
})

/** The policy of all customers of the example. */
export const RETAIL = 'retail'
