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

/**
 * Bytes. November 2026: 35,100, 7,000, 15,700, 19,200. What goes over has to be worth it. For the memory store it was 1,900 for a log without
 * objects: 110 bytes on the heap per commit in place of 614, and 30 % of the time of a saturated process (docs/adr/0011-memory-log.md).
 */
test.each([
  ['core', 36_500],
  ['memory', 7_500],
  ['sqlite', 16_500],
  ['postgres', 19_500],
])('%s is no larger than its budget', { timeout: 30_000 }, async (name, budget) => {
  const size = await compressedSize(name)
  expect(size).toBeGreaterThan(1_000)
  expect(size).toBeLessThan(budget)
})
