import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8')

/** Of everything that the modules export. Loaded by their paths, since they belong to the tests of other projects. */
async function faultsIn(...files: readonly string[]): Promise<readonly string[]> {
  const modules = await Promise.all(files.map(async (file): Promise<object> => await import(`${root}/${file}`)))
  const mutants = modules.flatMap((module) => Object.values(module).flatMap((exported: unknown) => exported))
  return mutants.flatMap((one) =>
    typeof one === 'object' && one !== null && 'fault' in one && typeof one.fault === 'string' ? [one.fault] : [],
  )
}

const CONTRACT = 'packages/testing/test/contract/mutants'
const KINDS: Readonly<Record<string, readonly string[]>> = {
  store: await faultsIn(
    'packages/testing/test/mutants/killed-by-racing.ts',
    ...['answering', 'checking', 'keeping', 'reading', 'timing'].map((file) => `${CONTRACT}/${file}.ts`),
  ),
  executor: await faultsIn('packages/testing/test/mutants/executor/executor-mutants.ts'),
  'PostgreSQL function': await faultsIn('packages/postgres/test/mutants/mutants.ts'),
  // They stand in the file that tests them, which cannot be loaded by another.
  projection: Array.from(
    read('packages/testing/test/projections/projection-mutants.test.ts').matchAll(/\bfault: '(.*)',/g),
    ([, fault = '']) => fault,
  ),
}
const MODEL = 'packages/core/test/executor/model/store-mutants.ts'

function listed(kind: string, ...columns: readonly RegExp[]): ReadonlySet<string> {
  const rows = read('docs/mutants.md')
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
  return new Set(
    rows
      .filter(([of, , by = '']) => of === kind && columns.every((column) => column.test(by)))
      .map(([, fault = '']) => fault),
  )
}

test.each(Object.keys(KINDS))('docs/mutants.md lists every mutant of the kind "%s", and none that is gone', (kind) => {
  const faults = new Set(KINDS[kind])
  expect(faults.size).toBeGreaterThan(5)
  const inTable = [...listed(kind, /^(race|contract suite|test)/)].filter((fault) => !fault.startsWith('a torn token'))
  expect(inTable.sort()).toEqual([...faults].sort())
})

test('docs/mutants.md lists every store that the sequential model must find', () => {
  const names = Array.from(read(MODEL).matchAll(/^export class (\w+)/gm), ([, name = '']) => name)
  expect(names.length).toBeGreaterThan(5)
  expect([...listed('store', /^sequential model/)].sort()).toEqual(names.sort())
})
