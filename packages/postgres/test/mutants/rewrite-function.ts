import type { Client } from 'pg'

/** A piece of a function's text, and what a mutant has in its place. */
export type Edit = readonly [from: string, to: string]

/**
 * Replaces pieces of a function of the store.
 * @throws Error when a piece is not there: the function has changed, and the mutant with it
 */
export async function rewriteFunction(client: Client, name: string, edits: readonly Edit[]): Promise<void> {
  // Of those with this name the one with the most parameters: others are there for processes of earlier versions.
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_functiondef(oid) as text from pg_proc
      where pronamespace = 'eventcore'::regnamespace and proname = $1 order by pronargs desc limit 1`,
    [name],
  )
  let text = rows[0]?.text ?? ''
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`The function "${name}" has no ${JSON.stringify(from)} any more.`)
    text = text.replaceAll(from, to)
  }
  await client.query(text)
}
