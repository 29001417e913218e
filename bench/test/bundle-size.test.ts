import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const packages = join(import.meta.dirname, '..', '..', 'packages')

/** Everything that a package brings, minified and compressed: its dependencies are counted where they are. */
async function compressedSize(name: string): Promise<number> {
  const bundle = await rolldown({
    input: join(packages, name, 'src', 'index.ts'),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const code = output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('')
  return gzipSync(code).length
}

/** Bytes. November 2026: 35,100, 5,100, 15,700, 19,200. What goes over has to be worth it. */
test.each([
  ['core', 36_500],
  ['memory', 6_000],
  ['sqlite', 16_500],
  ['postgres', 19_500],
])('%s is no larger than its budget', { timeout: 30_000 }, async (name, budget) => {
  const size = await compressedSize(name)
  expect(size).toBeGreaterThan(1_000)
  expect(size).toBeLessThan(budget)
})
