/** To be among what a program that calls {@link readOptions} parses. */
export const HELP = { help: { type: 'boolean', short: 'h' } } as const

/**
 * The options that the program was given. `--help` prints what it can do and ends it; what it does not know ends it with exit
 * code 2.
 */
export function readOptions<Values extends { readonly help?: boolean | undefined }>(
  parse: () => Values,
  help: () => string,
): Values {
  const values = parsed(parse)
  if (values.help !== true) return values
  process.stdout.write(`${help()}\n`)
  process.exit()
}

function parsed<Values>(parse: () => Values): Values {
  try {
    return parse()
  } catch (error) {
    // Node's words for what it was not told: unknown options, arguments, values that are missing.
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'))
      return misused(error.message)
    throw error
  }
}

/** Ends the program, which was called in a way that it does not understand. */
export function misused(message: string): never {
  process.stderr.write(`${message}\nWhat there is: --help\n`)
  process.exit(2)
}

/** `undefined` where the option was not given. */
export function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value < Number.POSITIVE_INFINITY))
    misused(`--${option} is ${JSON.stringify(text)}; a number is expected.`)
  return value
}

export function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  return (
    names.find((one) => one === text) ??
    misused(`--${option} does not know ${JSON.stringify(text)}: ${names.join(', ')}.`)
  )
}

/** With commas between. */
export function listOf<Name extends string>(option: string, text: string, names: readonly Name[]): readonly Name[] {
  return text.split(',').map((one) => oneOf(option, one, names))
}
