import type { Context } from 'hono'
import type { ExpectedVersions } from './expected-versions.ts'
import { HttpProblem } from './problem.ts'

/** The version of a stream as an entity tag: `"7"`. Strong: the same version has the same events, for ever. */
export const entityTag = (version: number): string => `"${version}"`

const TAG = /^(W\/)?"([\x21\x23-\x7e]*)"$/
const MOST_TAGS = 20

/**
 * What `If-Match` asks for, to be given to a command that uses {@link ensureVersion}.
 * @returns `undefined` without the header. Tags that are no versions match none, and weak ones neither: so says RFC 9110.
 * @throws HttpProblem (400) for what is no list of entity tags
 */
export function ifMatch(c: Context): ExpectedVersions | undefined {
  const header = c.req.header('if-match')?.trim()
  if (header === undefined || header === '*') return header
  const tags = tagsOf(header, 'If-Match')
  return tags.flatMap(({ weak, text }) => (!weak && /^\d{1,15}$/.test(text) ? [Number(text)] : []))
}

/** Whether the client has this version already, by its `If-None-Match`: then 304 is all that it needs. */
export function isNotModified(c: Context, version: number): boolean {
  const header = c.req.header('if-none-match')?.trim()
  if (header === undefined) return false
  return header === '*' || tagsOf(header, 'If-None-Match').some(({ text }) => text === String(version))
}

function tagsOf(header: string, name: string): readonly { readonly weak: boolean; readonly text: string }[] {
  const tags = header.split(',', MOST_TAGS + 1).map((tag) => TAG.exec(tag.trim()))
  if (tags.length > MOST_TAGS || tags.includes(null))
    throw new HttpProblem({
      type: 'urn:problem:invalid-entity-tag',
      title: 'Invalid entity tag',
      status: 400,
      code: 'INVALID_ENTITY_TAG',
      detail: `${name}: * or at most ${MOST_TAGS} entity tags in double quotes are expected.`,
    })
  return tags.map((match) => ({ weak: match?.[1] !== undefined, text: match?.[2] ?? '' }))
}
