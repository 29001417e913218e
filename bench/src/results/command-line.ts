/** What is not part of repeating a run. */
const OWN = new Set(['--label', '--out'])

/** The command that repeats this run, as one would type it. */
export function commandLine(command: string, args: readonly string[] = process.argv.slice(2)): string {
  const kept = args.filter((arg, index) => !OWN.has(arg) && !OWN.has(args[index - 1] ?? ''))
  const quoted = kept.map((arg) => (/^[\w.,/=-]+$/.test(arg) ? arg : `'${arg}'`))
  return [command, ...(quoted.length > 0 ? ['--', ...quoted] : [])].join(' ')
}
