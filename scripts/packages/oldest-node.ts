import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary, nodePackage } from '../bootstrap/node-24.mjs'
import { root } from '../bootstrap/root.mjs'
import { runNpm } from '../bootstrap/run-npm.mjs'

/** What `engines` of every package promises. */
const OLDEST = '22.13.0'

/**
 * The oldest Node that the packages promise to run on, installed by npm beside the workspace.
 *
 * @returns its binary
 * @throws Error where npm has none for this machine: what was not tried must not look tried
 */
export async function installOldestNode(): Promise<string> {
  const name = nodePackage()
  if (name === undefined) throw new Error(`npm has no Node ${OLDEST} for ${process.platform} on ${process.arch}.`)
  const folder = join(root, '.cache', `node-${OLDEST}`)
  const binary = nodeBinary(join(folder, 'node_modules', name))
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const { code, output } = await runNpm(['install', '--no-audit', '--no-fund', `${name}@${OLDEST}`], folder)
  if (code !== 0) throw new Error(`npm could not install ${name} ${OLDEST}:\n${output}`)
  return binary
}
