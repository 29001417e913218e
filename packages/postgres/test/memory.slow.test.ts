import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('folding a stream of 1,000,000 events keeps a heap of 256 MB under 100 MB above its baseline', async () => {
  const program = fileURLToPath(new URL('./memory/fold-long-stream.ts', import.meta.url))
  const flags = ['--expose-gc', '--max-old-space-size=256', ...process.execArgv]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, '1000000'])
  process.stdout.write(stdout)
  const figures: Record<string, number> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  expect(figures.folded).toBeLessThan(100)
  expect(figures.timeline).toBeLessThan(100)
  expect(figures.kept).toBeLessThan(10)
}, 900_000)
