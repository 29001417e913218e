import { expect, test } from 'vitest'
import { publishedManifest } from '../scripts/packages/stage.ts'
import { workspacePackages } from '../scripts/packages/workspace-packages.ts'

test.each(workspacePackages())('the published manifest of $manifest.name does not lead to sources', ({ manifest }) => {
  const text = JSON.stringify(publishedManifest(manifest))
  expect(text).not.toContain('eventcore-source')
  expect(text).not.toContain('src/')
  expect(text).not.toContain('"scripts"')
})

test('all packages share one version', () => {
  expect(new Set(workspacePackages().map(({ manifest }) => manifest.version)).size).toBe(1)
})
