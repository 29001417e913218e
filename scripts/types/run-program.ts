import { spawn } from 'node:child_process'

export interface ProgramRun {
  readonly exitCode: number
  /** Everything that it printed, on both outputs. */
  readonly output: string
}

/** Runs a program on our Node, to its end. `args` begin with its file. */
export function runProgram(args: readonly string[], cwd: string): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`${args.join(' ')} was ended by ${signal}`))
      else resolve({ exitCode: code, output: Buffer.concat(chunks).toString('utf8') })
    })
  })
}
