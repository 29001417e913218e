import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { runChild } from '../bootstrap/run-child.mjs'
import type { Step } from './step.ts'

interface Tool {
  readonly package: string
  readonly binary: string
}

interface ToolManifest {
  readonly bin: string | Readonly<Record<string, string>>
}

/** A step that runs a command-line tool of an installed package. */
export function tool(
  title: string,
  command: Tool,
  toolArgs: readonly string[],
  options: Pick<Step, 'takesArguments'> = {},
): Step {
  return { ...options, title, run: (args) => runTool(command, [...toolArgs, ...args]) }
}

/** Runs the tool's script on the Node that we run on: what lies in `node_modules/.bin` differs between systems. */
export function runTool(command: Tool, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const folder = join(root, 'node_modules', command.package)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ToolManifest
  const script = typeof bin === 'string' ? bin : bin[command.binary]
  if (script === undefined) throw new Error(`The package ${command.package} has no command "${command.binary}".`)
  return runChild(process.execPath, [join(folder, script), ...args], { cwd: root, env: { ...process.env, ...env } })
}
