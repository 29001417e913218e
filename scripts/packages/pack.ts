import { join } from 'node:path'
import { runNpm } from '../bootstrap/run-npm.mjs'
import { stagePackage } from './stage.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

/**
 * Packs a built package as it is published.
 *
 * @returns the path of the tarball
 */
export async function packPackage(workspacePackage: WorkspacePackage, destination: string): Promise<string> {
  const stage = stagePackage(workspacePackage)
  const { code, output } = await runNpm(['pack', '--loglevel=error', '--pack-destination', destination], stage)
  if (code !== 0) throw new Error(`npm could not pack ${workspacePackage.manifest.name}:\n${output}`)
  const { name, version } = workspacePackage.manifest
  return join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
}
