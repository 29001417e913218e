import type { Context } from 'hono'
import { HttpProblem } from './problem.ts'

/** Visible ASCII without quotes, and, escaped, not too long for a command id. */
const KEY = /^[\x21\x23-\x7e]{1,200}$/
const EXPECTED = '1 to 200 visible ASCII characters without quotes (a slash or a percent sign counts as three)'

/**
 * The `Idempotency-Key` of a request, which becomes the command id: the same request sent again has its effect once, and gets
 * the first answer. Quoted, as the draft of the IETF has it, or bare, as nearly everybody sends it.
 *
 * A slash in it is escaped (`%2F`): ids with a slash are those of reactors, and of whatever else executes commands in the service.
 * A client that could take such an id would keep that command from ever being executed.
 * @returns `undefined` without the header
 * @throws HttpProblem (400) for what is no key
 */
export function idempotencyKey(c: Context): string | undefined {
  const header = c.req.header('idempotency-key')
  if (header === undefined) return undefined
  const key = (/^"([^"\\]*)"$/.exec(header)?.[1] ?? header).replaceAll('%', '%25').replaceAll('/', '%2F')
  if (KEY.test(key)) return key
  throw new HttpProblem({
    type: 'urn:problem:invalid-idempotency-key',
    title: 'Invalid idempotency key',
    status: 400,
    code: 'INVALID_IDEMPOTENCY_KEY',
    detail: `Idempotency-Key: ${EXPECTED} are expected.`,
  })
}

/** @throws HttpProblem (400) without the header, too */
export function requiredIdempotencyKey(c: Context): string {
  const key = idempotencyKey(c)
  if (key !== undefined) return key
  throw new HttpProblem({
    type: 'urn:problem:idempotency-key-required',
    title: 'Idempotency key required',
    status: 400,
    code: 'IDEMPOTENCY_KEY_REQUIRED',
    detail:
      'This request needs the header Idempotency-Key, so that it has its effect once however often it is sent: a new key for each ' +
      `request, a UUID say, and the same again when it is repeated. ${EXPECTED} are expected.`,
  })
}
