import { expect, test } from 'vitest'
import { checkCycles } from '../src/checker/check-cycles.ts'
import { checkHistory } from '../src/checker/check-history.ts'
import { checkReads } from '../src/checker/check-reads.ts'
import { checkWitness } from '../src/checker/check-witness.ts'
import { DependencyGraph, EDGE_SOURCES, type EdgeSources } from '../src/checker/dependency-graph.ts'
import { LogIndex } from '../src/checker/log-index.ts'
import { callsByCommand, type Transaction, transactionsOf } from '../src/checker/transactions.ts'
import { Verdict } from '../src/checker/verdict.ts'
import { compareWithReference } from './checker/exactness.ts'
import type { WrittenRun } from './checker/written-history.ts'

/** The checker put together with a part missing or wrong. */
interface Mutation {
  readonly sources?: Partial<EdgeSources>
  readonly transaction?: (transaction: Transaction) => Transaction
  readonly realTime?: boolean
  readonly withoutReads?: boolean
  readonly withoutWitness?: boolean
}

function mutant({ sources, transaction, realTime = true, withoutReads, withoutWitness }: Mutation) {
  return ({ history, log }: WrittenRun): Verdict => {
    const index = new LogIndex(log)
    const sound = transactionsOf(index, history.calls, callsByCommand(history.calls))
    const transactions = transaction === undefined ? sound : sound.map(transaction)
    const graph = new DependencyGraph(transactions, index, { ...EDGE_SOURCES, ...sources })
    const found = [
      ...(withoutReads ? [] : checkReads(transactions, index)),
      ...checkCycles(transactions, index, graph, { realTime, limit: 100 }),
      ...(withoutWitness ? [] : checkWitness(transactions, index)),
    ]
    return new Verdict(found, checkHistory(history, log).statistics, 100)
  }
}

const HISTORIES = 5_000
const caughtOn = (mutation: Mutation) => () =>
  compareWithReference({ seed: 7, histories: HISTORIES, check: mutant(mutation), classify: false })

test('put together without a mutation it is exact, so what the mutants show is their mutation', () => {
  expect(caughtOn({})).not.toThrow()
})

const MUTANTS: Readonly<Record<string, Mutation>> = {
  'without ww edges': { sources: { ww: () => {} } },
  'without wr edges': { sources: { wr: () => {} } },
  'without rw edges': { sources: { rw: () => {} } },
  'without real time': { realTime: false },
  'without rw edges of streams read as absent': {
    sources: {
      rw: (transactions, index, edge) => {
        const present = transactions.map((t) => ({ ...t, reads: t.reads.filter((read) => read.version > 0) }))
        EDGE_SOURCES.rw(present, index, edge)
      },
    },
  },
  'with rw edges to the version that was read': {
    sources: {
      rw: (transactions, index, edge) => EDGE_SOURCES.wr(transactions, index, (writer, reader) => edge(reader, writer)),
    },
  },
  'without the reads of queries and rejections': { transaction: (t) => (t.commit === -1 ? { ...t, reads: [] } : t) },
  'with unknown commits taken for acknowledged ones': {
    transaction: (t) => (t.completedAt === Number.POSITIVE_INFINITY ? { ...t, completedAt: t.invokedAt } : t),
  },
  'with completed at the time of invocation taken for completed before': {
    transaction: (t) => ({ ...t, completedAt: Math.max(t.invokedAt, t.completedAt - 0.5) }),
  },
  'with invocation taken for completion': { transaction: (t) => ({ ...t, invokedAt: t.completedAt }) },
  'without the check that a version read exists': { withoutReads: true },
  'without the witness': { withoutWitness: true },
}

test.each(Object.entries(MUTANTS))('the comparison with the enumeration catches a checker %s', (_name, mutation) => {
  expect(caughtOn(mutation)).toThrow(/false (positive|negative)|witness differs/)
})
