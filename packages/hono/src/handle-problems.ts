import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { HttpProblem, type Problem, respondProblem } from './problem.ts'
import { problemOfError } from './problem-of-error.ts'
import { writtenIn } from './request-commands.ts'

export interface ProblemOptions {
  /** Is told of every error that the client is told nothing about, and of what had to be left out of a problem: for the log. */
  readonly onUnexpected?: (error: unknown, c: Context) => void
}

/**
 * Answers errors with problem details (RFC 9457): `app.onError(handleProblems({ onUnexpected: log }))`. Those of EventCore get the
 * status that fits them; a conflict after all attempts is 409, an unknown outcome 503 with the command id to try again under. What
 * is not known is 500 and says nothing of what is inside.
 */
export function handleProblems({ onUnexpected }: ProblemOptions = {}): ErrorHandler {
  return (error, c) => {
    if (error instanceof HttpProblem)
      return respondProblem(c, error.problem, (member, cause) =>
        onUnexpected?.(new TypeError(`The problem "${error.problem.title}" went without its ${member}`, { cause }), c),
      )
    if (error instanceof HTTPException) return respondProblem(c, problemOfException(error))
    // Nobody reads the answer to a request that was given up.
    if (c.req.raw.signal.aborted && error === c.req.raw.signal.reason) return respondProblem(c, GIVEN_UP)
    const known = problemOfError(error)
    if (known === undefined) {
      onUnexpected?.(error, c)
      return respondProblem(c, { title: 'Internal server error', status: 500, code: 'INTERNAL' })
    }
    const { retryAfter, ...problem } = known
    if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter))
    return respondProblem(c, withWritten(problem, writtenIn(c)))
  }
}

/** "Nothing was written" is said of one command: a client must know of others of its request that were committed. */
function withWritten(problem: Problem, written: readonly string[]): Problem {
  if (written.length === 0) return problem
  const detail = `${problem.detail} This is about one command of the request; others were committed.`
  return { ...problem, detail, committed: written }
}

const GIVEN_UP: Problem = { title: 'Request aborted', status: 503, code: 'REQUEST_ABORTED' }

/** Answers what has no route: `app.notFound(notFoundProblem)`. */
export const notFoundProblem: NotFoundHandler = (c) =>
  respondProblem(c, { title: 'Not found', status: 404, code: 'NOT_FOUND', detail: 'There is nothing at this address.' })

/** What Hono and its middleware throw: malformed JSON, a body that is too large. */
function problemOfException({ status, message }: HTTPException): Problem {
  return { title: message === '' ? 'Bad request' : message, status, code: `HTTP_${status}` }
}
