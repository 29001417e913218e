import { InvalidOptions } from './errors/invalid-options.ts'

/** Answers what is expected where a value cannot be that of the option, and nothing where it can. */
export type OptionCheck = (value: unknown) => string | undefined

/** A check for each option there is. A table that lacks one, or has one too many, does not compile. */
export type OptionChecks<Options> = { readonly [Option in keyof Required<Options>]: OptionCheck }

/**
 * Refuses options that there are not, and values that they cannot have. Types say the same, but not to callers without them, nor about
 * what comes out of the environment: there a misspelt time limit or filter would be left out silently, and with no lane to append in
 * (`appendLanes: 0`) every command would wait for its timeout. An option that is `undefined` is left out.
 *
 * @param whose what has the options, as the message calls it
 * @param within the option that these belong to, for options in options
 * @throws InvalidOptions (`INVALID_OPTIONS`), before anything is done
 *
 * @example
 * ```ts
 * interface MyStoreOptions {
 *   readonly durability?: 'full' | 'none'
 *   readonly timeoutMs?: number
 * }
 * function openMyStore(options: MyStoreOptions): void {
 *   assertOptions<MyStoreOptions>('MyStore', options, { durability: optionCheck.oneOf('full', 'none'), timeoutMs: optionCheck.positive })
 * }
 * ```
 */
export function assertOptions<Options extends object>(
  whose: string,
  options: Options,
  checks: OptionChecks<Options>,
  within?: string,
): void {
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptions(within ?? 'options', options, `an object with options of ${whose}`)
  for (const option in options) {
    const value: unknown = options[option]
    const name = within === undefined ? option : `${within}.${option}`
    // Without its value, which may be what nobody should read in a log: a URL with a password under another name.
    if (!Object.hasOwn(checks, option)) {
      const options = Object.keys(checks).join(', ')
      throw new InvalidOptions(name, value, options, `There is no option ${name} of ${whose}; there are ${options}.`)
    }
    const expected = value === undefined ? undefined : checks[option](value)
    if (expected !== undefined) throw new InvalidOptions(name, value, expected)
  }
}

/** What values can be asked to be. */
export const optionCheck = {
  wholeNumber: (least: number, most = Number.MAX_SAFE_INTEGER): OptionCheck =>
    expecting(
      most === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${least}`
        : `a whole number from ${least} to ${most}`,
      (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    ),
  number: (least: number, most = Number.POSITIVE_INFINITY): OptionCheck =>
    expecting(
      most === Number.POSITIVE_INFINITY ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
      (value) => typeof value === 'number' && value >= least && value <= most,
    ),
  positive: expecting('a number above 0', (value) => typeof value === 'number' && value > 0),
  oneOf: (...values: readonly string[]): OptionCheck =>
    expecting(values.map((value) => JSON.stringify(value)).join(' or '), (value) => values.includes(value as string)),
  boolean: expecting('true or false', (value) => typeof value === 'boolean'),
  callable: expecting('a function', (value) => typeof value === 'function'),
  string: expecting('a text', (value) => typeof value === 'string'),
  text: expecting('a text that is not empty', (value) => typeof value === 'string' && value !== ''),
  list: expecting('a list', Array.isArray),
  object: expecting('an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  signal: expecting(
    'an AbortSignal',
    // By what is done with it: the one of another realm, or of a library that makes its own, is of another class.
    (value) => typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function',
  ),
  /** Checked elsewhere, or for what it does. */
  anything: (() => undefined) satisfies OptionCheck,
} as const

function expecting(expected: string, holds: (value: unknown) => boolean): OptionCheck {
  return (value) => (holds(value) ? undefined : expected)
}
