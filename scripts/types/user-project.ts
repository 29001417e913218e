import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../bootstrap/root.mjs'

/** File contents by their path inside the project. */
export type ProjectFiles = ReadonlyMap<string, string>

/** As strict as a user may be. `eventcore` means the sources of the workspace, so that nothing has to be built before. */
export const userCompilerOptions = {
  target: 'es2023',
  lib: ['es2024'],
  module: 'nodenext',
  types: ['node'],
  customConditions: ['eventcore-source'],
  allowImportingTsExtensions: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
}

/**
 * Makes a project outside of the workspace, as a user would have it, hands over its folder, and removes it. What it
 * imports it finds where the workspace has it.
 */
export async function inUserProject<Result>(
  files: ProjectFiles,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  // The real path: the compiler prints it, and the temporary folder of macOS is a link.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'eventcore-types-')))
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    if (!files.has('tsconfig.json'))
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: userCompilerOptions }))
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
