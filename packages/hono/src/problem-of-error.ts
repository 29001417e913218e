import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { HttpProblem, type Problem, problemTitle, problemType } from './problem.ts'

/** What a client is told about an error of EventCore. What is not here is a defect or an outage of ours: 500, without details. */
interface Answer {
  readonly status: ContentfulStatusCode
  readonly detail: string
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  INVALID_INPUT: { status: 400, detail: 'The command does not accept this input.' },
  INVALID_STREAM_ID: { status: 400, detail: 'This cannot be an id here.' },
  INVALID_CURSOR: { status: 400, detail: 'This position or cursor was not made by this service.' },
  CONCURRENCY_CONFLICT: {
    status: 409,
    detail: 'Others kept changing the same things until all attempts were used up. Nothing was written; try again.',
    retryAfter: 1,
  },
  COMMAND_ID_REUSED: {
    status: 422,
    detail: 'This idempotency key belongs to another request. Nothing was written; use a key of its own for each.',
  },
  COMMIT_OUTCOME_UNKNOWN: {
    status: 503,
    detail: 'It is not known whether this was written. Send the same request again under the same idempotency key.',
    retryAfter: 1,
  },
  COMMAND_TIMEOUT: { status: 503, detail: 'This took too long. Nothing was written; try again.', retryAfter: 1 },
  COMMAND_ABORTED: { status: 503, detail: 'The request was given up. Nothing was written.', retryAfter: 1 },
  EXECUTOR_OVERLOADED: { status: 503, detail: 'Too much is waiting. Nothing was written; try again.', retryAfter: 2 },
  EXECUTOR_CLOSED: { status: 503, detail: 'The service is about to stop. Nothing was written.', retryAfter: 2 },
  STORE_CLOSED: { status: 503, detail: 'The service is about to stop. Nothing was written.', retryAfter: 2 },
  STORE_UNAVAILABLE: { status: 503, detail: 'The database cannot be reached. Nothing was written.', retryAfter: 2 },
  PROJECTION_WAIT_TIMEOUT: {
    status: 503,
    detail: 'What you wrote is not to be read here yet. It will be: ask again.',
    retryAfter: 1,
  },
  PROJECTION_HALTED: { status: 503, detail: 'What you ask for is not kept up to date at the moment.', retryAfter: 30 },
  BOUNDARY_TOO_LARGE: { status: 413, detail: 'This touches more things at once than is allowed. Nothing was written.' },
}

/** Where Standard Schema says that something is wrong. */
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * What to tell a client about an error: recognised by its `code`, as EventCore's errors are to be. `undefined` for an error
 * that is none of its business.
 */
export function problemOfError(error: unknown): (Problem & { readonly retryAfter?: number }) | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code } = error
  if (!Object.hasOwn(ANSWERS, code)) return undefined
  const answer = ANSWERS[code]
  if (answer === undefined) return undefined
  return {
    type: problemType(code),
    title: problemTitle(code),
    code,
    ...answer,
    ...commandIdOf(error),
    ...('issues' in error && Array.isArray(error.issues) ? { issues: error.issues.map(plainIssue) } : {}),
    ...('conflicts' in error && Array.isArray(error.conflicts) ? { streams: error.conflicts.map(streamOf) } : {}),
  }
}

function commandIdOf(error: Error): { readonly commandId?: string } {
  if ('commandId' in error && typeof error.commandId === 'string') return { commandId: error.commandId }
  if (!('commandIds' in error) || !Array.isArray(error.commandIds) || error.commandIds.length !== 1) return {}
  return { commandId: String(error.commandIds[0]) }
}

/**
 * What a schema found wrong with a request, as a problem to be thrown: for the hook of whatever validates it.
 * @param where `json`, `query`, `param`, `header`
 */
export function invalidRequest(where: string, issues: readonly Issue[]): HttpProblem {
  return new HttpProblem({
    type: problemType('INVALID_REQUEST'),
    title: problemTitle('INVALID_REQUEST'),
    status: 400,
    code: 'INVALID_REQUEST',
    detail: `The request is not valid: see its issues in ${where}. Nothing was written.`,
    issues: issues.slice(0, MOST_ISSUES).map(plainIssue),
  })
}

const MOST_ISSUES = 20

const plainIssue = ({ message, path = [] }: Issue): { readonly path: string; readonly message: string } => ({
  path: path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.'),
  message,
})

const streamOf = ({ stream }: { readonly stream: string }): string => stream
