import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runSteps } from '../scripts/steps/run-steps.ts'
import type { Step, StepResult } from '../scripts/steps/step.ts'

const printed: string[] = []
beforeEach(() => {
  printed.length = 0
  for (const stream of ['log', 'error'] as const)
    vi.spyOn(console, stream).mockImplementation((text) => printed.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
})

const ran: string[] = []
beforeEach(() => {
  ran.length = 0
})

function step(title: string, result: StepResult, takesArguments = false): Step {
  return {
    title,
    takesArguments,
    run: (args) => {
      ran.push([title, ...args].join(' '))
      return result
    },
  }
}

const lint = step('lint', { exitCode: 1 })
const types = step('types', { exitCode: 0 })
const tests = step('tests', { exitCode: 0, closingLine: '12 passed, 0 failed' }, true)

test('goes on when a step fails, and fails in the end', async () => {
  expect(await runSteps([lint, types, tests], [])).toBe(1)
  expect(ran).toEqual(['lint', 'types', 'tests'])
})

test('stops at a failure if the steps build on one another', async () => {
  expect(await runSteps([types, lint, tests], [], { stopAtFailure: true })).toBe(1)
  expect(ran).toEqual(['types', 'lint'])
})

test('succeeds when every step does', async () => {
  expect(await runSteps([types, tests], [])).toBe(0)
})

test('prints the counts of the tests alone on the last line', async () => {
  await runSteps([lint, tests, types], [])
  expect(printed.join('\n').split('\n').at(-1)).toBe('12 passed, 0 failed')
})

test('prints what should not be missed just above it', async () => {
  const remarks = ['Not tried: the shop in a browser.', 'Not tried: its colours.']
  await runSteps([step('tests', { exitCode: 0, remarks, closingLine: '12 passed, 0 failed' }), types], [])
  expect(printed.join('\n').split('\n').slice(-4)).toEqual([...remarks, '', '12 passed, 0 failed'])
})

test('gives arguments to the steps that take them', async () => {
  await runSteps([types, tests], ['packages/core', '-t', 'rejects'])
  expect(ran).toEqual(['types', 'tests packages/core -t rejects'])
})

test('refuses arguments that no step takes', async () => {
  expect(await runSteps([types], ['packages/core'])).toBe(1)
  expect(ran).toEqual([])
  expect(printed).toEqual(['This command takes no arguments, and was given: packages/core'])
})

test('ends with the signal that ended a step', async () => {
  expect(await runSteps([step('tests', { exitCode: 130, signal: 'SIGINT' }), types], [])).toBe(130)
  expect(ran).toEqual(['tests'])
})
