import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { sourceCondition, type WorkspacePackage } from '../packages/workspace-packages.ts'
import { exportedNames } from './exported-names.ts'

/** The committed list of what a package exports. */
export const apiFile = ({ name }: WorkspacePackage) => join(root, 'api', `${name}.txt`)

/** What that list should say, from the sources: one line per name, under the specifier that it is imported from. */
export function apiText({ folder, manifest }: WorkspacePackage): string {
  return Object.entries(manifest.exports)
    .flatMap(([subpath, conditions]) => {
      const source = conditions[sourceCondition]
      return source === undefined ? [] : [section(manifest.name + subpath.slice(1), join(folder, source))]
    })
    .join('\n')
}

function section(specifier: string, file: string): string {
  const names = existsSync(file) ? exportedNames(relative(root, file), readFileSync(file, 'utf8')) : []
  return [`from '${specifier}'`, ...names.map(({ kind, name }) => `  ${kind.padEnd(5)} ${name}`), ''].join('\n')
}
