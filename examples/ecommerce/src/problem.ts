/** What can go wrong here beside the errors of EventCore, which have codes of their own. */
export type ProblemCode =
  | 'USAGE'
  | 'FILE_UNREADABLE'
  | 'FILE_BROKEN'
  | 'FILE_UNWRITABLE'
  | 'ORDER_REFUSED'
  | 'PORT_TAKEN'
  | 'BOOKS_WRONG'
  | 'LOG_BEHIND'

/** A problem whose message says to a person what to do: it is shown without a stack trace. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode

  constructor(code: ProblemCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
