/** What can go wrong here beside the errors of EventCore, which have codes of their own. */
export type ProblemCode =
  | 'USAGE'
  | 'INPUT_UNREADABLE'
  | 'INPUT_BROKEN'
  | 'STORE_UNKNOWN'
  | 'STORE_MISSING'
  | 'ROW_FAILED'
  | 'BRANCH_FAILED'
  | 'LOG_BEHIND'
  | 'BALANCES_UNWRITABLE'
  | 'BOOKS_WRONG'
  | 'STATEMENTS_WRONG'
  | 'NO_ACCOUNTS'

/** A problem whose message says to a person what to do: it is shown without a stack trace. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  readonly code: ProblemCode

  constructor(code: ProblemCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** 2 when the command line has to change, 1 otherwise. */
  get exitCode(): number {
    return this.code === 'USAGE' || this.code === 'STORE_UNKNOWN' ? 2 : 1
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** An error as `--json` shows it. */
export function describeError(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED'
  return { code, message: messageOf(error) }
}
