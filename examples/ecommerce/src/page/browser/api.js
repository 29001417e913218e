import { keepPosition } from './visitor.js'

/** @typedef {Readonly<Record<string, unknown>>} Json */

/** What went wrong, as the API says it (RFC 9457), or the network. */
export class ShopProblem extends Error {
  /**
   * @param {string} code
   * @param {number} status 0: there was no answer
   * @param {Json} [reason]
   */
  constructor(code, status, reason = {}) {
    super(code)
    this.code = code
    this.status = status
    this.reason = reason
  }
}

/**
 * @typedef {object} Answer
 * @property {Json} body
 * @property {string | null} tag The version of what was read or written.
 */

/**
 * @typedef {object} Request
 * @property {unknown} [body]
 * @property {string} [key] Of the command: sent again under it, it has its effect once.
 * @property {string | null} [tag] The version that the visitor saw.
 * @property {() => void} [onRetry]
 */

const ATTEMPTS = 4
const PATIENCE_MS = 15_000
const LONGEST_PAUSE_MS = 4_000
/** Problems that go away by themselves. */
const PASSING = new Set(['CONCURRENCY_CONFLICT', 'NETWORK'])

/**
 * Asks the API. What can be sent again without harm is, after a pause: what only reads, what sets, what has a key.
 * @param {string} method
 * @param {string} path
 * @param {Request} [request]
 * @returns {Promise<Answer>}
 * @throws {ShopProblem}
 */
export async function send(method, path, request = {}) {
  const harmless = method === 'GET' || method === 'PUT' || request.key !== undefined
  for (let attempt = 1; ; attempt++) {
    const answer = await sendOnce(method, path, request)
    if ('body' in answer) return answer
    const { problem, wait } = answer
    const passes = PASSING.has(problem.code) || problem.status >= 502
    if (!harmless || !passes || attempt === ATTEMPTS) throw problem
    request.onRetry?.()
    const pause = Math.max(wait, 250 * 2 ** attempt) * (0.75 + Math.random() / 2)
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, LONGEST_PAUSE_MS)))
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Request} request
 * @returns {Promise<Answer | { readonly problem: ShopProblem, readonly wait: number }>}
 */
async function sendOnce(method, path, { body, key, tag }) {
  const headers = new Headers()
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (key !== undefined) headers.set('idempotency-key', key)
  if (tag !== undefined && tag !== null) headers.set('if-match', tag)
  try {
    const sent = body === undefined ? null : JSON.stringify(body)
    const response = await fetch(path, { method, headers, body: sent, signal: AbortSignal.timeout(PATIENCE_MS) })
    /** @type {Json} */
    const json = await response.json().catch(() => ({}))
    const position = response.headers.get('event-position')
    if (position !== null) keepPosition(position)
    if (response.ok) return { body: json, tag: response.headers.get('etag') }
    const reason = typeof json.reason === 'object' && json.reason !== null ? { ...json.reason } : {}
    const problem = new ShopProblem(String(json.code ?? `HTTP_${response.status}`), response.status, reason)
    return { problem, wait: 1_000 * Number(response.headers.get('retry-after') ?? 0) }
  } catch {
    return { problem: new ShopProblem('NETWORK', 0), wait: 0 }
  }
}
