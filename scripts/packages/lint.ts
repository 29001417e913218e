// Builds the packages, packs them as they would be published, and looks at the result with the eyes of those who install
// it: publint reads the manifest, attw the resolution of the types, and a project that uses them compiles and runs.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { runChild } from '../bootstrap/run-child.mjs'
import { runSteps } from '../steps/run-steps.ts'
import { tool } from '../steps/tool.ts'
import { makeConsumer } from './consumer.ts'
import { packPackage } from './pack.ts'
import { workspacePackages } from './workspace-packages.ts'

const attw = { package: '@arethetypeswrong/cli', binary: 'attw' }
const publint = { package: 'publint', binary: 'publint' }
const tsc = { package: 'typescript', binary: 'tsc' }

const buildFailed = (await runSteps([tool('Build', tsc, ['-b'])], [])) !== 0
process.exitCode = buildFailed ? 1 : await lintPackedPackages()

async function lintPackedPackages(): Promise<number> {
  const destination = join(root, '.cache', 'packed')
  rmSync(destination, { recursive: true, force: true })
  mkdirSync(destination, { recursive: true })
  const packed = []
  for (const workspacePackage of workspacePackages())
    packed.push({ workspacePackage, tarball: await packPackage(workspacePackage, destination) })
  const program = makeConsumer(join(destination, 'consumer'), packed)
  return runSteps(
    [
      ...packed.flatMap(({ workspacePackage: { manifest }, tarball }) => [
        tool(`publint ${manifest.name}`, publint, ['run', tarball, '--strict']),
        tool(`attw ${manifest.name}`, attw, [tarball, '--profile', 'esm-only', '--no-emoji']),
      ]),
      tool('A project that uses them: types', tsc, ['-p', join(destination, 'consumer')]),
      {
        title: 'A project that uses them: run',
        takesArguments: false,
        run: () => runChild(process.execPath, [program], { cwd: join(destination, 'consumer') }),
      },
    ],
    [],
  )
}
