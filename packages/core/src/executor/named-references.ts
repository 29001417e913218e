import { RESERVED_NAMES } from '../command/command-context.ts'
import type { References } from '../stream/stream-reference.ts'
import { isReference } from './read-request.ts'

/**
 * What is wrong with the streams that `streams` or `discover` gave, for callers without types; `undefined` when all is well.
 * @param taken names of the context that are streams already
 */
export function whyNoReferences(
  from: 'streams' | 'discover',
  references: unknown,
  taken: References | undefined,
): string | undefined {
  if (typeof references !== 'object' || references === null)
    return `its "${from}" gave no object of references to streams.`
  if ('then' in references && typeof references.then === 'function')
    return `its "${from}" is asynchronous. Give the streams at once; an asynchronous "handle" can read more.`
  for (const name in references) {
    if (RESERVED_NAMES.has(name))
      return `its "${from}" calls a stream "${name}", which is a name of the context itself.`
    if (taken !== undefined && Object.hasOwn(taken, name))
      return `its "${from}" calls a stream "${name}", as a declared stream is called already.`
    if (!isReference(references[name as keyof typeof references]))
      return `in its "${from}", "${name}" is no reference to a stream. Call a stream definition with an id.`
  }
  return undefined
}
