import { readFileSync } from 'node:fs'
import { MemoryEventStore } from '@eventcore/memory'
import { describe, expect, it } from 'vitest'
import { storeContract } from '../src/contract/index.ts'
import { answeringMutants } from './contract/mutants/answering.ts'
import { checkingMutants } from './contract/mutants/checking.ts'
import { keepingMutants } from './contract/mutants/keeping.ts'
import { readingMutants } from './contract/mutants/reading.ts'
import { timingMutants } from './contract/mutants/timing.ts'

const guide = readFileSync(new URL('../../../docs/guide/build-your-own-store.md', import.meta.url), 'utf8')

function contractTests(): string[] {
  const names: string[] = []
  storeContract('guide', async () => ({ store: new MemoryEventStore() }), {
    describe: (_, body) => body(),
    it: (name) => names.push(name),
  })
  return names
}

/** The last column of the tables under a heading: names of tests. */
function testsUnder(heading: string): string[][] {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'))
  return rows.slice(1).map((row) => (row.split(' | ').at(-1) ?? '').replace(/ \|$/, '').split('<br>'))
}

describe('the guide to building a store', () => {
  it('names tests that the suite has, for every promise', () => {
    const rows = testsUnder('What is promised, and which test holds it')
    expect(rows.length).toBeGreaterThan(15)
    expect(contractTests()).toEqual(expect.arrayContaining(rows.flat()))
  })

  it('names a test of the suite for each of the 27 tests of the Rust library', () => {
    const rows = testsUnder('The contract tests of the Rust library')
    expect(rows).toHaveLength(27)
    expect(contractTests()).toEqual(expect.arrayContaining(rows.flat()))
  })

  it('says how many broken stores the suite is tried on', () => {
    const mutants = [answeringMutants, checkingMutants, keepingMutants, readingMutants, timingMutants].flat()
    expect(guide).toContain(`against ${mutants.length} stores with one planted fault each`)
  })

  it('finds no two tests of one name, so that a name says which', () => {
    const names = contractTests()
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })
})
