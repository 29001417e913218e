import type { Step } from './step.ts'

/**
 * Runs the steps in order, all of them even if one fails: a wrong space must not hide the result of the tests.
 *
 * @returns the exit code
 */
export async function runSteps(steps: readonly Step[], args: readonly string[]): Promise<number> {
  if (args.length > 0 && !steps.some((step) => step.takesArguments)) {
    console.error(`This command takes no arguments, and was given: ${args.join(' ')}`)
    return 1
  }
  const ends: { readonly title: string; readonly failed: boolean; readonly seconds: string }[] = []
  let closingLine: string | undefined
  for (const step of steps) {
    if (steps.length > 1) console.log(`\n== ${step.title} ==`)
    const started = performance.now()
    const result = await step.run(step.takesArguments ? args : [])
    if (result.signal !== null) return result.exitCode
    const failed = result.exitCode !== 0
    ends.push({ title: step.title, failed, seconds: ((performance.now() - started) / 1000).toFixed(1) })
    closingLine = result.closingLine ?? closingLine
  }
  const failures = ends.filter((end) => end.failed)
  if (steps.length > 1) {
    const width = Math.max(...ends.map((end) => end.title.length))
    console.log('\n== Summary ==')
    for (const { title, failed, seconds } of ends) {
      console.log(`${title.padEnd(width)}  ${failed ? 'FAILED' : 'ok    '}  ${seconds.padStart(5)} s`)
    }
  }
  if (closingLine !== undefined) console.log(`\n${closingLine}`)
  return failures.length === 0 ? 0 : 1
}
