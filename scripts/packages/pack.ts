import { runNpm } from '../bootstrap/run-npm.mjs'
import { stagePackage } from './stage.ts'
import type { Manifest, WorkspacePackage } from './workspace-packages.ts'

/**
 * Packs a built package as it is published.
 *
 * @returns the name of the tarball
 */
export async function packPackage(workspacePackage: WorkspacePackage, destination: string): Promise<string> {
  const stage = stagePackage(workspacePackage)
  const { code, output } = await runNpm(['pack', '--loglevel=error', '--pack-destination', destination], stage)
  if (code !== 0) throw new Error(`npm could not pack ${workspacePackage.manifest.name}:\n${output}`)
  return tarballName(workspacePackage.manifest)
}

/** What npm calls the tarball. */
export const tarballName = ({ name, version }: Manifest) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
