import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

/** Runs a program of the folder `memory` in a process of its own, and gives back the figures it reports. */
async function measure(program: URL, ...args: string[]): Promise<Record<string, number>> {
  const flags = ['--expose-gc', '--conditions=eventcore-source', '--no-warnings']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, fileURLToPath(program), ...args])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

test('folding a stream of 1,000,000 events keeps the heap under 100 MB above its baseline', {
  timeout: 600_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'eventcore-memory-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const figures = await measure(
    new URL('memory/fold-long-stream.ts', import.meta.url),
    join(directory, 'long.db'),
    '1000000',
  )
  expect(figures.folded).toBeLessThan(100)
  expect(figures.timeline).toBeLessThan(100)
  expect(figures.kept).toBeLessThan(10)
})

test('100,000 commands leave nothing on the heap', { timeout: 600_000 }, async () => {
  const { grown, bytesPerCommand } = await measure(new URL('memory/many-commands.ts', import.meta.url), '100000')
  expect(bytesPerCommand).toBeLessThan(20)
  expect(grown).toBeLessThan(3)
})
