import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { describeErrors, typeCheck } from './type-check.ts'

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
 * imports it finds where the workspace has it, unless `install` puts it elsewhere.
 */
export async function inUserProject<Result>(
  files: ProjectFiles,
  use: (folder: string) => Promise<Result>,
  install: (folder: string) => Promise<void> = linkWorkspace,
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
    await install(folder)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function linkWorkspace(folder: string): Promise<void> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
}

/**
 * Installs `eventcore` as npm would: its declarations instead of its sources, with its dependency below it, where a project
 * cannot name it. The schema libraries lie beside it.
 */
export async function installDeclarations(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules')
  const link = async (name: string, to = modules): Promise<void> => {
    await mkdir(dirname(join(to, name)), { recursive: true })
    await symlink(join(root, 'node_modules', name), join(to, name), 'junction')
  }
  for (const name of ['zod', 'valibot', 'arktype', '@types/node']) await link(name)
  const installed = join(modules, 'eventcore')
  await link('@standard-schema/spec', join(installed, 'node_modules'))
  const manifest = { name: 'eventcore', type: 'module', exports: { '.': { types: './dist/index.d.ts' } } }
  await writeFile(join(installed, 'package.json'), JSON.stringify(manifest))
  const core = join(root, 'packages', 'core')
  const args = ['--emitDeclarationOnly', '--declarationMap', 'false', '--outDir', join(installed, 'dist')]
  const { errors } = await typeCheck(core, [...args, '--composite', 'false', '--incremental', 'false'])
  if (errors.length > 0) throw new Error(`eventcore does not compile:\n${describeErrors(errors, root)}`)
}
