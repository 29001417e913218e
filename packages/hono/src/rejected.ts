import type { RejectedOutcome } from 'eventcore'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { HttpProblem, problemTitle, problemType } from './problem.ts'

/** A status for every code that the outcome can have: one that is forgotten does not compile. */
export type RejectionStatuses<Outcome extends RejectedOutcome<string, unknown>> = {
  readonly [Code in Outcome['code']]: ContentfulStatusCode
}

/**
 * The rejection of a command as a problem, to be thrown: its code as type, title and `code`, its detail as `reason`.
 *
 * @example
 * ```ts no-check: needs an application
 * if (outcome.status === 'rejected') throw rejected(outcome, { OutOfStock: 409, NotForSale: 422 })
 * ```
 */
export function rejected<Outcome extends RejectedOutcome<string, unknown>>(
  outcome: Outcome,
  statuses: RejectionStatuses<Outcome>,
): HttpProblem {
  const code: Outcome['code'] = outcome.code
  return new HttpProblem({
    type: problemType(code),
    title: problemTitle(code),
    status: statuses[code],
    code,
    commandId: outcome.commandId,
    ...(outcome.detail === undefined ? {} : { reason: outcome.detail }),
  })
}
