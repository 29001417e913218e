import { describeErrors, typeCheck } from '../type-check.ts'
import { inUserProject, type ProjectFiles } from '../user-project.ts'

/** What one single-threaded type check of a program took. */
export interface TypeCheckCost {
  readonly files: number
  /** The measure of the budget: the same on every machine. */
  readonly instantiations: number
  readonly types: number
  readonly memoryMegabytes: number
  readonly seconds: number
}

/** @throws Error with the compiler's output, when the program has type errors: they would make it cheap. */
export async function measureTypeCheck(files: ProjectFiles): Promise<TypeCheckCost> {
  return inUserProject(files, async (folder) => {
    const { errors, output } = await typeCheck(folder, ['--singleThreaded', '--extendedDiagnostics'])
    if (errors.length > 0)
      throw new Error(`The measured program has type errors:\n${describeErrors(errors.slice(0, 5), folder)}`)
    const read = (label: string): number => {
      const value = new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(output)?.[1]
      if (value === undefined) throw new Error(`tsc reported no "${label}" in:\n${output}`)
      return Number(value)
    }
    return {
      files: read('Files'),
      instantiations: read('Instantiations'),
      types: read('Types'),
      memoryMegabytes: Math.round(read('Memory used') / 1024),
      seconds: read('Total time'),
    }
  })
}
