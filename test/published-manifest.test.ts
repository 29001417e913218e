import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../scripts/bootstrap/root.mjs'
import { publishedManifest } from '../scripts/packages/stage.ts'
import { workspacePackages } from '../scripts/packages/workspace-packages.ts'

test.each(workspacePackages())('the published manifest of $manifest.name does not lead to sources', ({ manifest }) => {
  const text = JSON.stringify(publishedManifest(manifest))
  expect(text).not.toContain('eventcore-source')
  expect(text).not.toContain('src/')
  expect(text).not.toContain('"scripts"')
})

// Elsewhere there is no workspace whose other packages happen to have installed them.
test.each(workspacePackages())(
  'what the declarations of $manifest.name import comes with it',
  ({ folder, manifest }) => {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest as Manifests
    const installed = new Set(Object.keys({ ...dependencies, ...peerDependencies }))
    for (const name of importedTypes(join(folder, 'src'))) {
      expect(installed).toContain(name)
      // Who uses what is optional installs it with its types; the others do not come to declarations that name it.
      if (peerDependenciesMeta[name]?.optional === true) continue
      const { types, typings, exports } = manifestOf(name)
      const hasOwn = types !== undefined || typings !== undefined || JSON.stringify(exports ?? {}).includes('"types"')
      if (!hasOwn) expect(Object.keys(dependencies)).toContain(`@types/${name}`)
    }
  },
)

/** What somebody who installs a package gets, and is asked to install beside it. */
interface Manifests {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

interface InstalledManifest {
  readonly types?: string
  readonly typings?: string
  readonly exports?: unknown
}

/** The packages whose types the sources name, and so may the declarations that are made of them. */
function importedTypes(folder: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    const source = readFileSync(join(folder, file), 'utf8')
    for (const [, name] of source.matchAll(
      /^(?:import|export)\b[^'\n]*\btype\b[^']*? from '((?:@[^/']+\/)?[^./'][^/':]*)(?:\/[^']*)?'/gm,
    ))
      if (name !== undefined) names.add(name)
  }
  return names
}

function manifestOf(name: string): InstalledManifest {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as InstalledManifest
}

test('all packages share one version', () => {
  expect(new Set(workspacePackages().map(({ manifest }) => manifest.version)).size).toBe(1)
})
