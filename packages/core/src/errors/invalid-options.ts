import { EventCoreError } from './event-core-error.ts'

/** An option has a value that it cannot have, or there is no such option. */
export class InvalidOptions extends EventCoreError {
  override readonly name = 'InvalidOptions'
  readonly code = 'INVALID_OPTIONS'
  readonly retryable = false
  readonly option: string

  /** @param message instead of one that shows the value */
  constructor(
    option: string,
    value: unknown,
    expected: string,
    message = `The option ${option} is ${shown(value)}; ${expected} is expected.`,
  ) {
    super(message)
    this.option = option
  }
}

/** Of a function the source says nothing to whoever passed it, and of an object `[object Object]` says less. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  const className = (value.constructor as { readonly name?: string } | undefined)?.name ?? 'Object'
  if (className !== 'Object') return `an instance of ${className}`
  const keys = Object.keys(value)
  const some = keys.slice(0, 5).join(', ')
  return keys.length === 0 ? 'an object without properties' : `an object with ${some}${keys.length > 5 ? ', …' : ''}`
}
