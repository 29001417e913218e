import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/root.mjs'

/** One of the packages that we publish. */
export interface WorkspacePackage {
  /** The name of its folder under `packages/`. */
  readonly name: string
  readonly folder: string
  readonly manifest: Manifest
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly files: readonly string[]
  readonly [field: string]: unknown
}

/** The export condition under which a package of the workspace is its own sources. */
export const sourceCondition = 'eventcore-source'

export function workspacePackages(): readonly WorkspacePackage[] {
  const packages = join(root, 'packages')
  return readdirSync(packages)
    .sort()
    .map((name) => {
      const folder = join(packages, name)
      return { name, folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest }
    })
}
