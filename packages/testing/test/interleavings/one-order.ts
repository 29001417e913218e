import { isDeepStrictEqual } from 'node:util'
import { checkHistory } from '../../src/checker/index.ts'
import { inOrder, type Race, type Round, type RoundEnd } from './run.ts'

/**
 * @throws when no order of the commands, executed one at a time, tells their callers the same and leaves the same streams, or
 * when the checker finds an anomaly
 */
export async function expectOneOrder(round: Round, { told, streams, history, log }: Race): Promise<void> {
  const ends: RoundEnd[] = []
  for (const order of permutations(round.racing.length)) {
    const end = await inOrder(round, order)
    if (isDeepStrictEqual(end.told, told) && isDeepStrictEqual(end.streams, streams)) {
      const verdict = checkHistory(history, log, { witness: 'commits-and-queries' })
      if (!verdict.ok) throw new Error(verdict.explain())
      return
    }
    ends.push(end)
  }
  const happened = JSON.stringify({ told, streams }, undefined, 1)
  throw new Error(`None of ${ends.length} orders explains what happened:\n${happened}`)
}

/** All orders of the numbers below `count`. */
export function permutations(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]]
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => shorter.toSpliced(at, 0, count - 1)),
  )
}
