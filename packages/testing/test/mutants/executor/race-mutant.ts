// Races executors whose source was changed in one place. Argument: the fault. Prints what the checker says, as JSON.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { EXECUTOR_MUTANTS, type SourceEdit } from './executor-mutants.ts'

const [fault = ''] = process.argv.slice(2)
const mutant = EXECUTOR_MUTANTS.find((one) => one.fault === fault)
if (mutant === undefined && fault !== '') throw new RangeError(`There is no mutant "${fault}".`)

const edits = Map.groupBy(
  mutant?.edits ?? [],
  ({ file }) => new URL(`../../../../core/src/executor/${file}`, import.meta.url).href,
)
registerHooks({
  load(url, context, next) {
    const ofFile = edits.get(url)
    if (ofFile === undefined) return next(url, context)
    const source = ofFile.reduce(edited, readFileSync(fileURLToPath(url), 'utf8'))
    edits.delete(url)
    return { format: 'module-typescript', source, shortCircuit: true }
  },
})

const { race } = await import('./race.ts')
const found = await race(mutant?.workload)
if (edits.size > 0) throw new Error(`Never loaded: ${[...edits.keys()].join(', ')}`)
process.stdout.write(JSON.stringify(found))

function edited(source: string, { file, from, to }: SourceEdit): string {
  const parts = source.split(from)
  if (parts.length !== 2) {
    throw new Error(`${file} has ${parts.length - 1} places with the text that the mutant "${fault}" changes:\n${from}`)
  }
  return parts.join(to)
}
