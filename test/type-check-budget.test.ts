import { expect, test } from 'vitest'
import { applicationFiles, BUDGETED_SIZE } from '../scripts/types/budget/application.ts'
import { INSTANTIATION_BUDGET } from '../scripts/types/budget/budget.ts'
import { measureTypeCheck } from '../scripts/types/budget/measure.ts'

test('an application of 100 streams and 200 commands type-checks within its budget', { timeout: 120_000 }, async () => {
  const files = applicationFiles(BUDGETED_SIZE)
  expect([...files.keys()].filter((path) => path.startsWith('stream-'))).toHaveLength(100)
  expect([...files.keys()].filter((path) => path.startsWith('command-'))).toHaveLength(200)
  const { instantiations } = await measureTypeCheck(files)
  expect(instantiations).toBeGreaterThan(100_000)
  expect(instantiations).toBeLessThanOrEqual(INSTANTIATION_BUDGET)
})

test('a program with a type error is not measured', { timeout: 60_000 }, async () => {
  const files = new Map([['main.ts', `import { defineStream } from 'eventcore'\ndefineStream(1)\n`]])
  await expect(measureTypeCheck(files)).rejects.toThrow(/main\.ts:2:1 TS2554/)
})
