import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apiFile, apiText } from '../scripts/api/api-text.ts'
import { exportedNames } from '../scripts/api/exported-names.ts'
import { workspacePackages } from '../scripts/packages/workspace-packages.ts'

describe('what the packages export is what api/ lists (npm run api:update)', () => {
  test.each(workspacePackages())('$manifest.name', (workspacePackage) => {
    expect(apiText(workspacePackage)).toBe(readFileSync(apiFile(workspacePackage), 'utf8'))
  })
})

describe('the names of an index.ts', () => {
  const names = (source: string) => exportedNames('index.ts', source).map(({ kind, name }) => `${kind} ${name}`)

  test('are told apart as types and values, and sorted', () => {
    expect(names(`export { b, type c } from './b.ts'\nexport type { a } from './a.ts'`)).toEqual([
      'type a',
      'value b',
      'type c',
    ])
  })

  test('are those that an importer sees', () => {
    expect(names(`export { a as b, default as c } from './a.ts'\nexport * as d from './d.ts'`)).toEqual([
      'value b',
      'value c',
      'value d',
    ])
  })

  test('are none for an empty module', () => {
    expect(names('export {}')).toEqual([])
  })

  test.each([
    ['everything of another module', `export * from './a.ts'`],
    ['a default', 'export default 1'],
  ])('do not come from %s', (_, source) => {
    expect(() => names(source)).toThrow(`index.ts must name what it exports, one by one, and does not in: ${source}`)
  })

  test('need a file that parses', () => {
    expect(() => names('export {')).toThrow('index.ts cannot be parsed')
  })
})
