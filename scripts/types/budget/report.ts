import type { Step } from '../../steps/step.ts'
import { applicationFiles, BUDGETED_SIZE, schemaFiles } from './application.ts'
import { INSTANTIATION_BUDGET } from './budget.ts'
import { measureTypeCheck, type TypeCheckCost } from './measure.ts'

/** Measures what a type check costs and prints it: the figures of docs/adr/0002-types.md. */
export const reportTypeCheckCost: Step = {
  title: 'What a type check costs',
  run: async () => {
    const { streams, eventsPerStream, commands } = BUDGETED_SIZE
    const programs = new Map([
      [`${streams} streams of ${eventsPerStream} events, ${commands} commands`, applicationFiles(BUDGETED_SIZE)],
      ['the same without commands', applicationFiles({ ...BUDGETED_SIZE, commands: 0 })],
      ['their Zod schemas alone', schemaFiles(BUDGETED_SIZE)],
      ['an import of eventcore and Zod', new Map([['main.ts', `import 'eventcore'\nimport 'zod'\n`]])],
    ])
    const runs = [...programs].map(([title, files]) => ({ title, files, costs: [] as TypeCheckCost[] }))
    for (let round = 0; round < 3; round++)
      for (const { files, costs } of runs) costs.push(await measureTypeCheck(files))
    const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[1] as number
    const line = (title: string, figures: readonly string[]): void =>
      console.log(title.padEnd(46), ...figures.map((figure) => figure.padStart(14)))
    console.log(
      `The budget is ${INSTANTIATION_BUDGET.toLocaleString('en')} instantiations. Medians of 3 single-threaded checks:`,
    )
    line('', ['instantiations', 'types', 'seconds', 'MB'])
    for (const { title, costs } of runs)
      line(title, [
        median(costs.map((cost) => cost.instantiations)).toLocaleString('en'),
        median(costs.map((cost) => cost.types)).toLocaleString('en'),
        median(costs.map((cost) => cost.seconds)).toFixed(2),
        median(costs.map((cost) => cost.memoryMegabytes)).toFixed(),
      ])
    return { exitCode: 0 }
  },
}
