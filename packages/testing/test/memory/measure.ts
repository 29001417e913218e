import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Runs a program of this folder in a process whose heap is limited, and gives back the figures that it reports. */
export async function measure(
  program: 'slow-consumer' | 'large-payloads',
  heapMegabytes: number,
  ...args: readonly (string | number)[]
): Promise<Readonly<Record<string, number>>> {
  const flags = ['--expose-gc', `--max-old-space-size=${heapMegabytes}`, ...process.execArgv]
  const file = fileURLToPath(new URL(`./${program}.ts`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file, ...args.map(String)])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
