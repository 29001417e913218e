import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { foldersToFill, installedPackages, lockedPackages, staleFolders } from './installation.mjs'
import { findNode } from './node-24.mjs'
import { showProgress } from './progress-line.mjs'
import { runNpm } from './run-npm.mjs'

/**
 * Installs what package-lock.json names, unless it is there already. Says what it does on stderr.
 *
 * @param {string} root
 * @returns {Promise<boolean>} whether everything is installed now
 */
export async function installWhatIsMissing(root) {
  const locked = lockedPackages(root)
  const installed = installedPackages(root)
  if (installed !== undefined && staleFolders(locked, installed).length === 0 && findNode(root) !== undefined)
    return true

  say(
    installed === undefined
      ? 'The dependencies are not installed yet. Installing them from package-lock.json; the first time takes about a minute.'
      : 'The dependencies have changed since the last installation. Bringing them up to date.',
  )
  const folders = foldersToFill(locked, { os: process.platform, cpu: process.arch })
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const done = () => folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).length
  const stopProgress = showProgress(() => `Installing: ${done()} of ${folders.length} packages, ${seconds()} s`)
  try {
    const { code, output } = await runNpm([...command(installed !== undefined), ...options], root)
    stopProgress()
    if (code === 0) {
      say(`Installed ${done()} packages in ${seconds()} s.`)
      return true
    }
    process.stderr.write(output)
    say(`The installation failed: npm ended with code ${code}, and wrote the lines above.`)
    return false
  } catch (error) {
    stopProgress()
    say(`The installation failed: npm could not be started (${error instanceof Error ? error.message : error}).`)
    return false
  }
}

// `npm ci` starts by deleting node_modules, which would pull the tools from under another command that is running.
/** @param {boolean} somethingIsThere */
const command = (somethingIsThere) => (somethingIsThere ? ['install', '--no-save'] : ['ci'])

// Whatever the environment says (NODE_ENV=production, a silent npm): the tools are development dependencies, Node 24 is an
// optional one, and an error must be readable.
const options = ['--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund', '--no-progress']

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`)
}
