/** What a caller wants to be kept about a command, beside correlation and causation. JSON. */
export interface Metadata {
  /** On whose behalf the command runs: a user id, a service. */
  readonly actor?: string
  /** Anything else. */
  readonly [key: string]: unknown
}
