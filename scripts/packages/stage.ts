import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { type Manifest, sourceCondition, type WorkspacePackage } from './workspace-packages.ts'

const licences = ['LICENSE-MIT', 'LICENSE-APACHE']

/**
 * Lays out what is published of a built package in a folder of its own. npm cannot do that from the package's folder: it
 * takes the manifest as it is, and ours names sources that are not shipped. Changesets publishes from here
 * (`publishConfig.directory`).
 *
 * @returns the folder
 */
export function stagePackage({ folder, manifest }: WorkspacePackage): string {
  const stage = join(folder, '.package')
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage)
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
  for (const licence of licences) cpSync(join(root, licence), join(stage, licence))
  for (const page of ['README.md', 'CHANGELOG.md'])
    if (existsSync(join(folder, page))) cpSync(join(folder, page), join(stage, page))
  for (const entry of manifest.files)
    cpSync(join(folder, entry), join(stage, entry), { recursive: true, filter: (file) => isShipped(folder, file) })
  return stage
}

/** The manifest without what only means something in the workspace. */
export function publishedManifest(manifest: Manifest): Record<string, unknown> {
  const { scripts: _scripts, devDependencies: _devDependencies, publishConfig, ...rest } = manifest
  const { directory: _directory, ...publishing } = { ...(publishConfig as Record<string, unknown> | undefined) }
  return {
    ...rest,
    files: [...manifest.files, ...licences],
    exports: Object.fromEntries(
      Object.entries(manifest.exports).map(([subpath, conditions]) => [
        subpath,
        Object.fromEntries(Object.entries(conditions).filter(([condition]) => condition !== sourceCondition)),
      ]),
    ),
    publishConfig: publishing,
  }
}

/**
 * Not everything in `dist` is ours to ship: the compiler leaves the output of sources that are gone, and declaration maps
 * lead to sources that are not in the package. (The maps of the JavaScript carry theirs.)
 */
function isShipped(folder: string, file: string): boolean {
  const output = /^dist[\\/](.+)\.(?:js|js\.map|d\.ts)$/.exec(relative(folder, file))?.[1]
  if (output !== undefined) return existsSync(join(folder, 'src', `${output}.ts`))
  return !file.endsWith('.d.ts.map')
}
