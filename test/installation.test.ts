import { describe, expect, test } from 'vitest'
import { foldersToFill, staleFolders } from '../scripts/bootstrap/installation.mjs'
import { runsTypeScript } from '../scripts/bootstrap/node-24.mjs'

const locked = {
  'node_modules/tool': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/tool-linux-x64': {
    version: '2.0.0',
    integrity: 'sha512-c',
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
  },
  'node_modules/tool-darwin-arm64': {
    version: '2.0.0',
    integrity: 'sha512-d',
    optional: true,
    os: 'darwin',
    cpu: 'arm64',
  },
  'node_modules/eventcore': { link: true, resolved: 'packages/core' },
}

describe('an installation', () => {
  test('holds what the lockfile says', () => {
    expect(staleFolders(locked, locked)).toEqual([])
  })

  test('may lack what was made for another machine', () => {
    const { 'node_modules/tool-darwin-arm64': _, ...installed } = locked
    expect(staleFolders(locked, installed)).toEqual([])
  })

  test.each([
    ['of another version', { version: '1.0.0', integrity: 'sha512-b' }],
    ['of other content', { version: '2.0.0', integrity: 'sha512-a' }],
    ['that is missing', undefined],
  ])('is stale with a package %s', (_, tool) => {
    const { 'node_modules/tool': __, ...others } = locked
    const installed = tool === undefined ? others : { ...others, 'node_modules/tool': tool }
    expect(staleFolders(locked, installed)).toEqual(['node_modules/tool'])
  })

  test('is stale without a link to a package of the workspace', () => {
    const { 'node_modules/eventcore': _, ...installed } = locked
    expect(staleFolders(locked, installed)).toEqual(['node_modules/eventcore'])
  })

  test('fills the folders that fit the machine', () => {
    expect(foldersToFill(locked, { os: 'linux', cpu: 'x64' })).toEqual([
      'node_modules/tool',
      'node_modules/tool-linux-x64',
    ])
    expect(foldersToFill(locked, { os: 'darwin', cpu: 'arm64' })).toEqual([
      'node_modules/tool',
      'node_modules/tool-darwin-arm64',
    ])
  })

  test('fills a folder that excludes other machines only', () => {
    expect(foldersToFill({ 'node_modules/a': { os: ['!win32'] } }, { os: 'linux', cpu: 'x64' })).toEqual([
      'node_modules/a',
    ])
    expect(foldersToFill({ 'node_modules/a': { os: ['!win32'] } }, { os: 'win32', cpu: 'x64' })).toEqual([])
  })
})

test.each([
  ['20.20.2', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.5.0', false],
  ['24.0.0', true],
])('Node %s runs TypeScript without a flag: %s', (version, expected) => {
  expect(runsTypeScript(version)).toBe(expected)
})
