import { EventCoreError } from 'eventcore'
import { HELP } from './help.ts'
import { runJob, wrongBooks } from './job.ts'
import { type Options, parseOptions } from './options.ts'
import { Problem, reasonOf } from './problem.ts'
import { reportLines } from './report.ts'
import { serve } from './serve.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args)
    if (options.help) say(HELP)
    else if (isJob(options)) return await job(options)
    else await serve(options, say)
    return 0
  } catch (error) {
    // The reader of --json gets one object whatever happens.
    if (args.includes('--json')) say(`${JSON.stringify({ error: described(error) })}\n`)
    return explain(error)
  }
}

function isJob({ importFile, load, stockFile }: Options): boolean {
  return importFile !== undefined || load !== undefined || stockFile !== undefined
}

async function job(options: Options): Promise<number> {
  const summary = await runJob(options)
  const failure = wrongBooks(summary)
  if (!options.json) say(`${reportLines(summary).join('\n')}\n`)
  else say(`${JSON.stringify(failure === undefined ? summary : { ...summary, error: described(failure) })}\n`)
  return failure === undefined ? 0 : explain(failure)
}

function say(text: string): void {
  process.stdout.write(text)
}

function described(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED'
  return { code, message: reasonOf(error) }
}

/** A problem that we know has a message for people. Anything else is a defect, and its stack tells where. */
function explain(error: unknown): number {
  if (error instanceof Problem || error instanceof EventCoreError) console.error(error.message)
  else console.error(error)
  if (!(error instanceof Problem) || error.code !== 'USAGE') return 1
  console.error('`npm run shop -- --help` shows what can be asked for.')
  return 2
}
