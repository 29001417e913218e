import { PROBLEM_CONTENT_TYPE } from '@eventcore/hono'
import { z } from '@hono/zod-openapi'

import { OrderId } from '../streams/ids.ts'

const ProblemBody = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string().optional(),
  })
  .openapi('Problem')

const DESCRIPTIONS = {
  400: 'The request is not valid.',
  402: 'It cannot be paid so.',
  404: 'There is no such thing.',
  409: 'What is there does not allow it, or others kept changing it.',
  412: 'It does not stand where the client saw it.',
  422: 'The idempotency key belongs to another request.',
  503: 'Not now, or the outcome is not known: try again under the same idempotency key.',
} as const

type ProblemStatus = keyof typeof DESCRIPTIONS

/** Responses with problem details. */
export function problems<const Status extends ProblemStatus>(...statuses: readonly Status[]) {
  const response = (status: ProblemStatus) => ({
    description: DESCRIPTIONS[status],
    content: { [PROBLEM_CONTENT_TYPE]: { schema: ProblemBody } },
  })
  // One entry for each status named: `fromEntries` forgets which.
  return Object.fromEntries(statuses.map((status) => [status, response(status)])) as Record<
    Status,
    ReturnType<typeof response>
  >
}

/** A response of JSON. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A body of JSON. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

/** `?after=`: the `Event-Position` of what the client wrote, to be read back. */
export const After = z.string().max(200).optional().openapi({
  description: 'An Event-Position: the answer contains at least what was written up to there.',
})

/** A page's length. */
export const limitOf = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)

/** What an accepted command answers. */
export const Accepted = z
  .object({
    commandId: z.string(),
    /** Absent when there was nothing to write. */
    position: z.string().optional(),
    /** Whether this was done by an earlier request under the same key. */
    replayed: z.boolean(),
  })
  .openapi('Accepted')

/** What an order answers that was placed. */
export const Ordered = Accepted.extend({ order: OrderId }).openapi('Ordered')

export function accepted(outcome: {
  readonly commandId: string
  readonly position: string | undefined
  readonly alreadyCommitted: boolean
}): z.infer<typeof Accepted> {
  const { commandId, position, alreadyCommitted: replayed } = outcome
  return { commandId, replayed, ...(position === undefined ? {} : { position }) }
}
