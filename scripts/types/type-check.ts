import { dirname, isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './run-program.ts'

/** An error of the compiler, as it prints it. */
export interface CompilerError {
  /** Absolute. */
  readonly file: string
  /** Counted from 1, as the column. */
  readonly line: number
  readonly column: number
  /** `TS2322`. */
  readonly code: string
  /** With the lines that explain it, which are indented. */
  readonly message: string
}

export interface TypeCheck {
  readonly errors: readonly CompilerError[]
  /** Everything that the compiler printed. */
  readonly output: string
}

const compiler = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin', 'tsc')

/**
 * Runs the compiler on a project, as `tsc -p project` does.
 * @throws Error when the compiler failed for another reason than errors in the project's files
 */
export async function typeCheck(project: string, args: readonly string[] = []): Promise<TypeCheck> {
  return runCompiler(project, ['-p', project, ...args])
}

/** Runs the compiler on a project and on those that it refers to, as `tsc -b project` does. */
export async function typeCheckAll(project: string): Promise<TypeCheck> {
  return runCompiler(project, ['-b', project])
}

async function runCompiler(folder: string, args: readonly string[]): Promise<TypeCheck> {
  const { exitCode, output } = await runProgram([compiler, ...args, '--pretty', 'false'], folder)
  const errors = errorsIn(output, folder)
  if (exitCode !== 0 && errors.length === 0) throw new Error(`tsc ended with ${exitCode} on ${folder}:\n${output}`)
  return { errors, output }
}

const ERROR = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/

function errorsIn(output: string, folder: string): readonly CompilerError[] {
  const errors: CompilerError[] = []
  for (const line of output.split('\n')) {
    const match = ERROR.exec(line)
    const last = errors.at(-1)
    if (match !== null) {
      const [, file = '', row, column, code = '', message = ''] = match
      errors.push({
        file: isAbsolute(file) ? file : join(folder, file),
        line: Number(row),
        column: Number(column),
        code,
        message,
      })
    } else if (line.startsWith('  ') && last !== undefined)
      errors[errors.length - 1] = { ...last, message: `${last.message}\n${line}` }
  }
  return errors
}

/** Errors as a person reads them, for the message of a failed test. */
export function describeErrors(errors: readonly CompilerError[], root: string): string {
  return errors
    .map(({ file, line, column, code, message }) => {
      return `${relative(root, file)}:${line}:${column} ${code}: ${message}`
    })
    .join('\n')
}
