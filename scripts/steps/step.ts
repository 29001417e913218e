export interface Step {
  readonly title: string
  /** Whether what a person writes after `--` goes to this step. */
  readonly takesArguments?: boolean
  readonly run: (args: readonly string[]) => StepResult | Promise<StepResult>
}

export interface StepResult {
  readonly exitCode: number
  /** The signal that ended the step: nothing may run after it. */
  readonly signal?: NodeJS.Signals | null
  /** What a person should not miss, printed after the summary. */
  readonly remarks?: readonly string[]
  /** The last line that the whole command prints. */
  readonly closingLine?: string
}
