import type { Cell, ResultFile } from '../results/result-file.ts'
import { spreadOf } from '../results/summarize.ts'
import { barChart } from './bar-chart.ts'
import type { Plot } from './own-plots.ts'

/** Where libraries are compared by how much they do, as opposed to whether they do it right. */
const COMPARED = ['deposit', 'transfer', 'zipf-transfer', 'zipf-deposit', 'catch-up']

export const isOurs = ({ subject }: Cell): boolean => subject.startsWith('eventcore')

export const nameOf = ({ subject, cached }: Cell): string => (cached ? subject : `${subject}, uncached`)

/** Cells of one scenario with the same number in flight: what may be compared. */
export function comparable(results: ResultFile): ReadonlyMap<string, readonly Cell[]> {
  return Map.groupBy(results.cells, ({ scenario, inFlight }) => `${scenario}-c${inFlight}`)
}

export function peerPlots(results: ResultFile): readonly Plot[] {
  return Array.from(comparable(results)).flatMap(([key, cells]) => {
    const [first] = cells
    if (first === undefined || !COMPARED.includes(first.scenario)) return []
    const flight =
      first.inFlight === 1 ? (first.unit === 'commands' ? ', one at a time' : '') : `, ${first.inFlight} in flight`
    const title = `PostgreSQL: ${first.title}${flight}`
    const bars = cells
      .map((cell) => ({
        name: nameOf(cell),
        value: cell.median.perSecond,
        ...spreadOf(cell.samples),
        emphasized: isOurs(cell),
      }))
      .sort((a, b) => b.value - a.value)
    return [{ name: `peers-${key}`, title, svg: barChart({ title, unit: `${first.unit}/s`, bars }) }]
  })
}
