/**
 * No values can be made up for a schema: it says nothing of itself, or something that is not understood. Give an arbitrary of
 * your own.
 */
export class NoArbitrary extends Error {
  override readonly name = 'NoArbitrary'
  readonly code = 'NO_ARBITRARY'

  constructor(subject: string, reason: string) {
    super(`No arbitrary for ${subject}: ${reason}. Give one of your own.`)
  }
}
