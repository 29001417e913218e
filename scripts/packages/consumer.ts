import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkspacePackage } from './workspace-packages.ts'

/**
 * Makes a project that has the packed packages installed and imports them all. What they depend on is found where the
 * workspace has it.
 *
 * @returns the path of its program
 */
export function makeConsumer(
  folder: string,
  tarballs: readonly { readonly workspacePackage: WorkspacePackage; readonly tarball: string }[],
): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { workspacePackage, tarball } of tarballs) {
    const installed = join(folder, 'node_modules', workspacePackage.manifest.name)
    mkdirSync(installed, { recursive: true })
    const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
    if (status !== 0) throw new Error(`${tarball} could not be unpacked:\n${stderr}`)
  }
  const names = tarballs.map(({ workspacePackage }) => workspacePackage.manifest.name)
  const program = names.map((name, i) => `import * as package${i} from '${name}'\nvoid package${i}\n`).join('')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  writeFileSync(join(folder, 'main.ts'), program)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: consumerOptions, files: ['main.ts'] }))
  return join(folder, 'main.ts')
}

// As strict as a user may be: our declarations must hold under `skipLibCheck: false`, and need nothing newer than ES2023.
const consumerOptions = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
}
