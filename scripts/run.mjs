// What stands behind every `npm run`: installs what is missing, then runs the command on the Node that npm installed.
//
// This file and `bootstrap/` run before anything is installed, on the machine's own Node, which may be older: plain
// JavaScript, no dependencies. They write to stderr only, for stdout belongs to the program.
import { delimiter, dirname, join } from 'node:path'
import { installWhatIsMissing } from './bootstrap/install.mjs'
import { findNode } from './bootstrap/node-24.mjs'
import { whenOrphaned } from './bootstrap/orphan.mjs'
import { root } from './bootstrap/root.mjs'
import { runChild } from './bootstrap/run-child.mjs'

// Under npm only: who starts this file from a shell may well want it to outlive the shell.
if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(() => process.kill(process.pid, 'SIGTERM'))

const [command = '', ...args] = process.argv.slice(2)
process.exitCode = await run(command, args)

/**
 * @param {string} command
 * @param {string[]} args
 */
async function run(command, args) {
  if (!(await installWhatIsMissing(root))) return 1
  const node = findNode(root)
  if (node === undefined) {
    process.stderr.write(
      `npm has no Node 24 for this machine (${process.platform} on ${process.arch}), and its own Node is ` +
        `${process.versions.node}. Install Node 24, and run the command again.\n`,
    )
    return 1
  }
  // Under this condition the packages of the workspace resolve to their sources: see `exports` in their package.json.
  const nodeArgs = ['--conditions=eventcore-source', ...programOf(command), ...args]
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const { exitCode } = await runChild(node, nodeArgs, { cwd: root, env: { ...process.env, PATH: path } })
  return exitCode
}

/** @param {string} command */
function programOf(command) {
  switch (command) {
    case 'start':
      return ['examples/banking/src/main.ts']
    case 'shop':
      return ['examples/ecommerce/src/main.ts']
    case 'bench':
      return ['bench/src/main.ts']
    case 'bench:peers':
      return ['bench/peers/src/start.ts']
    case 'bench:report':
      return ['bench/src/report/main.ts']
    case 'bench:compare':
      return ['bench/src/results/compare-main.ts']
    case 'fuzz':
      return ['packages/testing/test/fuzz/main.ts']
    case 'torture':
      return ['packages/testing/src/torture/main.ts']
    case 'torture:long':
      return ['packages/testing/src/torture/main-long.ts']
    case 'soak':
      return ['packages/testing/src/torture/main-soak.ts']
    default:
      return ['scripts/task.ts', command]
  }
}
