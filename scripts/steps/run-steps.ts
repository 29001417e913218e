import type { Step } from './step.ts'

interface End {
  readonly title: string
  readonly failed: boolean
  readonly seconds: number
}

/**
 * Runs steps in order, as a command of `npm run`.
 *
 * @returns the exit code
 */
export async function runSteps(
  steps: readonly Step[],
  args: readonly string[],
  { stopAtFailure = false } = {},
): Promise<number> {
  if (args.length > 0 && !steps.some((step) => step.takesArguments)) {
    console.error(`This command takes no arguments, and was given: ${args.join(' ')}`)
    return 1
  }
  const ends: End[] = []
  const remarks: string[] = []
  let closingLine: string | undefined
  for (const { title, takesArguments = false, run } of steps) {
    if (steps.length > 1) console.log(`\n== ${title} ==`)
    const started = performance.now()
    const result = await run(takesArguments ? args : [])
    if (result.signal) return result.exitCode
    const failed = result.exitCode !== 0
    ends.push({ title, failed, seconds: (performance.now() - started) / 1000 })
    remarks.push(...(result.remarks ?? []))
    closingLine = result.closingLine ?? closingLine
    if (failed && stopAtFailure) break
  }
  if (steps.length > 1) console.log(summary(ends))
  if (remarks.length > 0) console.log(`\n${remarks.join('\n')}`)
  if (closingLine !== undefined) console.log(`\n${closingLine}`)
  return ends.some(({ failed }) => failed) ? 1 : 0
}

function summary(ends: readonly End[]): string {
  const width = Math.max(...ends.map(({ title }) => title.length))
  const lines = ends.map(({ title, failed, seconds }) =>
    [title.padEnd(width), failed ? 'FAILED' : 'ok    ', `${seconds.toFixed(1).padStart(5)} s`].join('  '),
  )
  return ['\n== Summary ==', ...lines].join('\n')
}
