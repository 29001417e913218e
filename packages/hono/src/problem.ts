import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A problem as RFC 9457 describes it. Members beside the five of the RFC are extensions, as it allows. */
export interface Problem {
  /** A URI that names the kind of problem. Default `about:blank`: nothing more is to be said than the status. */
  readonly type?: string
  /** The same for every problem of the kind. */
  readonly title: string
  readonly status: ContentfulStatusCode
  /** About this occurrence, for a person. */
  readonly detail?: string
  /** Literal, for programs: the code of the rejection or of the error. */
  readonly code?: string
  readonly [extension: string]: unknown
}

/** Of `application/json` with a meaning: RFC 9457. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

/** A problem, thrown. {@link handleProblems} answers with it; so does Hono by itself. */
export class HttpProblem extends HTTPException {
  override readonly name = 'HttpProblem'
  readonly problem: Problem

  constructor(problem: Problem, options: ErrorOptions = {}) {
    super(problem.status, { message: problem.detail ?? problem.title, ...options })
    this.problem = problem
  }

  override getResponse(): Response {
    const headers = { 'content-type': PROBLEM_CONTENT_TYPE }
    return new Response(problemText(this.problem), { status: this.status, headers })
  }
}

/** Is told which member of a problem was left out, and why. */
export type OnOmitted = (member: string, cause: unknown) => void

/**
 * Answers with a problem. Headers that were set on the context before go with it. A member that cannot be JSON, for a bigint in it
 * say, is left out and named in the member `omitted`: a client is better off with the rest than without an answer.
 */
export function respondProblem(c: Context, problem: Problem, onOmitted?: OnOmitted): Response {
  return c.body(problemText(problem, onOmitted), problem.status, { 'content-type': PROBLEM_CONTENT_TYPE })
}

function problemText({ type = 'about:blank', ...others }: Problem, onOmitted?: OnOmitted): string {
  const members: string[] = []
  const omitted: string[] = []
  for (const [name, value] of Object.entries({ type, ...others })) {
    if (value === undefined) continue
    try {
      members.push(`${JSON.stringify(name)}:${jsonText(value)}`)
    } catch (cause) {
      omitted.push(name)
      onOmitted?.(name, cause)
    }
  }
  if (omitted.length > 0) members.push(`"omitted":${JSON.stringify(omitted)}`)
  return `{${members.join(',')}}`
}

/** @throws TypeError, or what a `toJSON` throws */
function jsonText(value: unknown): string {
  // A function or a symbol has no JSON, which the types of JSON.stringify do not say.
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`A ${typeof value} has no JSON`)
  return text
}

/** `OUT_OF_STOCK` and `OutOfStock` → `urn:problem:out-of-stock`. */
export const problemType = (code: string): string => `urn:problem:${words(code).join('-')}`

/** `OUT_OF_STOCK` and `OutOfStock` → `Out of stock`. */
export function problemTitle(code: string): string {
  const text = words(code).join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const words = (code: string): readonly string[] =>
  code
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
