import { EventCoreError } from 'eventcore'
import { HELP } from './help.ts'
import { parseOptions } from './options.ts'
import { runProgram } from './program.ts'
import { describeError, ProgramError } from './program-error.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args)
    if (options.help) {
      print(HELP)
      return 0
    }
    const failure = await runProgram(options, print)
    return failure === undefined ? 0 : explain(failure)
  } catch (error) {
    // The reader of --json gets one object whatever happens.
    if (args.includes('--json')) print(`${JSON.stringify({ error: describeError(error) })}\n`)
    return explain(error)
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

/** A problem that we know has a message for people. Anything else is a defect, and its stack tells where. */
function explain(error: unknown): number {
  if (error instanceof ProgramError || error instanceof EventCoreError) console.error(error.message)
  else console.error(error)
  if (!(error instanceof ProgramError) || error.exitCode !== 2) return 1
  console.error('`npm start -- --help` shows what can be asked for.')
  return 2
}
