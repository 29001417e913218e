import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tarballName } from './pack.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

/**
 * Makes a project that has the packed packages installed and works with them: `consumer-program.ts`. What they depend on is
 * found where the workspace has it.
 */
export function makeConsumer(folder: string, packages: readonly WorkspacePackage[], tarballs: string): void {
  for (const { manifest } of packages) {
    const installed = join(folder, 'node_modules', manifest.name)
    mkdirSync(installed, { recursive: true })
    const tarball = join(tarballs, tarballName(manifest))
    const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
    if (status !== 0) throw new Error(`${tarball} could not be unpacked:\n${stderr}`)
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  copyFileSync(new URL('./consumer-program.ts', import.meta.url), join(folder, 'main.ts'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
}

// As strict as a user may be: our declarations hold under `skipLibCheck: false`, and need nothing newer than ES2023.
const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
}
