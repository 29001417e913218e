import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { runChild } from '../bootstrap/run-child.mjs'
import type { Step } from '../steps/step.ts'
import { tool } from '../steps/tool.ts'
import { makeConsumer } from './consumer.ts'
import { installOldestNode } from './oldest-node.ts'
import { packPackage, tarballName } from './pack.ts'
import { workspacePackages } from './workspace-packages.ts'

const attw = { package: '@arethetypeswrong/cli', binary: 'attw' }
const publint = { package: 'publint', binary: 'publint' }
const tsc = { package: 'typescript', binary: 'tsc' }

/**
 * Packs the built packages as they are published, and looks at the result with the eyes of those who install it: publint
 * reads the manifest, attw the resolution of the types, and a project that uses all packages compiles and runs, also on the oldest
 * Node that they promise.
 */
export function packedPackageSteps(): readonly Step[] {
  const destination = join(root, '.cache', 'packed')
  const consumer = join(destination, 'consumer')
  const packages = workspacePackages()
  return [
    {
      title: 'Pack',
      run: async () => {
        rmSync(destination, { recursive: true, force: true })
        mkdirSync(destination, { recursive: true })
        for (const workspacePackage of packages) console.log(await packPackage(workspacePackage, destination))
        makeConsumer(consumer, packages, destination)
        return { exitCode: 0 }
      },
    },
    ...packages.flatMap(({ manifest }) => {
      const tarball = join(destination, tarballName(manifest))
      return [
        tool(`publint ${manifest.name}`, publint, ['run', tarball, '--strict']),
        tool(`attw ${manifest.name}`, attw, [tarball, '--profile', 'esm-only', '--no-emoji', '--no-summary']),
      ]
    }),
    tool('Types in a project that uses them', tsc, ['-p', consumer]),
    { title: 'A project that uses them', run: () => runChild(process.execPath, ['main.ts'], { cwd: consumer }) },
    {
      title: 'The same on the oldest Node that they promise',
      run: async () => {
        const node = await installOldestNode()
        return await runChild(node, ['--experimental-strip-types', '--no-warnings', 'main.ts'], { cwd: consumer })
      },
    },
  ]
}
