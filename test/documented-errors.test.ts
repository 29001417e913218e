import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../scripts/bootstrap/root.mjs'

const page = readFileSync(join(root, 'docs/guide/errors.md'), 'utf8')

/** The literal codes of the error classes. */
const codes = globSync('packages/core/src/errors/*.ts', { cwd: root }).flatMap((file) =>
  Array.from(readFileSync(join(root, file), 'utf8').matchAll(/readonly code = '([A-Z_]+)'/g), ([, code = '']) => code),
)

test('the guide says of every error what to do about it, and names no other', () => {
  expect(codes.length).toBeGreaterThan(20)
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((row) =>
    Array.from((row.split(' | ')[0] ?? '').matchAll(/`([A-Z_]+)`/g), ([, code]) => code),
  )
  expect(named.toSorted()).toEqual(codes.toSorted())
})
