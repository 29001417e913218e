/**
 * A specification does not hold. The message says what was given, what was done, and how what happened differs from what was
 * expected. `expected` and `actual` are there for test runners that show differences in their own way.
 */
export class SpecificationFailed extends Error {
  override readonly name = 'SpecificationFailed'
  readonly code = 'SPECIFICATION_FAILED'
  /** Mocha and its relatives ask for it. */
  readonly showDiff: boolean
  readonly expected: unknown
  readonly actual: unknown

  constructor(message: string, difference?: { readonly expected: unknown; readonly actual: unknown }, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.showDiff = difference !== undefined
    this.expected = difference?.expected
    this.actual = difference?.actual
  }
}
