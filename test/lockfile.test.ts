import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lockedPackages } from '../scripts/bootstrap/installation.mjs'
import { root } from '../scripts/bootstrap/root.mjs'

interface LockfileEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

// The site has a lockfile of its own: its tools are installed by those who build it.
describe.each(['.', 'docs/site'])('package-lock.json in %s', (folder) => {
  const project = join(root, folder)
  const text = readFileSync(join(project, 'package-lock.json'), 'utf8')
  const entries = (JSON.parse(text) as { readonly packages: Readonly<Record<string, LockfileEntry>> }).packages

  test('names no registry: each machine installs from its own', () => {
    const elsewhere = Object.values(lockedPackages(project)).filter(
      ({ link, resolved }) => link !== true && resolved !== undefined,
    )
    expect(elsewhere).toEqual([])
  })

  test('every installed package has a checksum', () => {
    const unchecked = Object.entries(lockedPackages(project)).filter(
      ([, { link, integrity }]) => link !== true && !integrity,
    )
    expect(unchecked).toEqual([])
  })

  // npm leaves out a native variant that the registry does not have, and says nothing.
  test.each(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'])(
    'tools that come in native variants are there for %s',
    (machine) => {
      const missing = Object.values(entries)
        .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
        .filter((name) => name.includes(machine))
        .filter((name) => !Object.keys(entries).some((folder) => folder.endsWith(`node_modules/${name}`)))
      expect(missing).toEqual([])
    },
  )
})
