// npm run bench:peers: fetches the libraries that EventCore is compared with, the first time, and compares.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runNpm } from '../../../scripts/bootstrap/run-npm.mjs'

const folder = join(import.meta.dirname, '..')

/** npm keeps what it installed beside it. */
async function isInstalled(): Promise<boolean> {
  const kept = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(kept)) return false
  const [installed, wanted] = await Promise.all([versionsIn(kept), versionsIn(join(folder, 'package-lock.json'))])
  return [...wanted].every(([path, version]) => installed.get(path) === version)
}

async function versionsIn(path: string): Promise<Map<string, string | undefined>> {
  const { packages } = JSON.parse(await readFile(path, 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>
  }
  return new Map(
    Object.entries(packages).flatMap(([name, { version, optional }]) =>
      name === '' || optional === true ? [] : [[name, version] as const],
    ),
  )
}

if (!(await isInstalled())) {
  process.stderr.write(
    'The other libraries are not installed yet. Installing them in bench/peers; this takes a minute or two.\n',
  )
  const { code, output } = await runNpm(['ci', '--loglevel=error'], folder)
  if (code !== 0) {
    process.stderr.write(
      `${output}\nThe installation failed: npm ended with code ${code}, and wrote the lines above.\n`,
    )
    process.exit(1)
  }
}
await import('./main.ts')
