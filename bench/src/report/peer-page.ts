import type { Cell, ResultFile, Sample } from '../results/result-file.ts'
import { spreadOf } from '../results/summarize.ts'
import { PEER_GOALS } from './goals.ts'
import { figure, table } from './markdown.ts'
import { comparable, isOurs, nameOf } from './peer-plots.ts'

/** Ours, with what it is given by default, against the best of the others. */
export function ratioTable(results: ResultFile): string {
  const rows = Array.from(comparable(results)).flatMap(([key, cells]) => {
    const ours = cells.find((cell) => isOurs(cell) && cell.cached)
    const uncached = cells.find((cell) => isOurs(cell) && !cell.cached)
    const [best] = cells.filter((cell) => !isOurs(cell)).toSorted((a, b) => quality(b) - quality(a))
    if (ours === undefined || best === undefined || /^open|-counted$/.test(ours.scenario)) return []
    const goal = PEER_GOALS.find((one) => one.key === key)
    const ratio = (cell: Cell): string => `× ${figure(quality(cell) / quality(best))}`
    return [
      [
        `${ours.title}${flightOf(ours)}`,
        amount(ours),
        `${amount(best)} (${best.subject})`,
        ratio(ours),
        uncached === undefined ? '–' : ratio(uncached),
        goal === undefined ? '' : `floor × ${goal.floor}, goal × ${goal.goal}`,
      ],
    ]
  })
  return table(['', 'EventCore', 'best of the others', 'ratio', 'ratio with nothing cached', ''], rows)
}

/** How many at once, where it is said of commands. */
function flightOf({ unit, inFlight }: Cell): string {
  if (unit !== 'commands') return ''
  return inFlight === 1 ? ', one at a time' : `, ${inFlight} in flight`
}

/** Deliveries are paced by the benchmark: the sooner, the better. */
const quality = ({ unit, median }: Cell): number =>
  unit === 'deliveries' ? 1 / (median.p95 ?? Number.NaN) : median.perSecond

const amount = ({ unit, median }: Cell): string =>
  unit === 'deliveries' ? `p95 ${figure(median.p95)} ms` : `${figure(median.perSecond)}/s`

const COUNTED = '-counted'

/** Counted on the wire, one operation at a time, each library with its driver. */
export function roundTripTable(results: ResultFile): string {
  const cells = results.cells.filter(({ scenario }) => scenario.endsWith(COUNTED))
  if (cells.length === 0) return ''
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))]
  const rows = Array.from(Map.groupBy(cells, nameOf), ([name, own]) => [
    name,
    ...scenarios.map((scenario) => figure(own.find((cell) => cell.scenario === scenario)?.median.roundTrips)),
  ])
  const counts = table(['round trips of one', ...scenarios.map((scenario) => scenario.slice(0, -COUNTED.length))], rows)
  return `Counted on the wire, one operation at a time, on streams that were not looked at before. Those of EventCore include the notification that wakes other processes, at most one in 10 ms, for which no command waits.\n\n${counts}`
}

export function peerTables(results: ResultFile): string {
  return Array.from(comparable(results).values(), (cells) => {
    const [first] = cells
    if (first === undefined) return ''
    const head = [
      '',
      `${first.unit}/s`,
      'from – to',
      'p50',
      'p95',
      'p99 ms',
      'client µs',
      'server µs',
      'gave up',
      'bytes/event',
    ]
    const rows = cells.map((cell) => {
      const { median, samples } = cell
      const { low, high } = spreadOf(samples)
      const figures = [
        median.p50,
        median.p95,
        median.p99,
        median.clientCpu,
        median.serverCpu,
        median.gaveUp,
        median.bytesPerEvent,
      ]
      return [nameOf(cell), figure(median.perSecond), `${figure(low)} – ${figure(high)}`, ...figures.map(figure)]
    })
    return `### ${first.title[0]?.toUpperCase()}${first.title.slice(1)}${flightOf(first)}\n\n${table(head, rows)}`
  })
    .filter((section) => section !== '')
    .join('\n\n')
}

/** The oracle's word, over all samples of a library. */
export function oracleTable(results: ResultFile): string {
  const rows = Array.from(
    Map.groupBy(results.cells, ({ subject }) => subject),
    ([subject, cells]) => {
      const samples = cells.flatMap((cell) => cell.samples)
      const sum = (of: (sample: Sample) => number): number => samples.reduce((total, sample) => total + of(sample), 0)
      const followed = cells.filter(({ scenario }) => scenario === 'catch-up').flatMap((cell) => cell.samples)
      const undelivered = followed.reduce((total, { verdict }) => total + verdict.lost, 0)
      const doubleOpened = cells.filter(({ scenario }) => scenario === 'open-once').flatMap((cell) => cell.samples)
      const opened = doubleOpened.reduce((total, { verdict }) => total + verdict.oversold, 0)
      return [
        subject,
        ...[
          sum(({ verdict }) => verdict.acknowledged),
          sum(({ verdict }) => verdict.lost) - undelivered,
          undelivered,
          sum(({ verdict }) => verdict.surplus),
          sum(({ verdict }) => verdict.oversold) - opened,
          opened,
          sum(({ gaveUp }) => gaveUp),
        ].map((count) => count.toLocaleString('en')),
      ]
    },
  )
  return table(
    ['', 'acknowledged', 'lost', 'not delivered', 'never acknowledged', 'oversold', 'opened twice', 'gave up'],
    rows,
  )
}

export function differences(results: ResultFile): string {
  const notes = new Map(results.cells.map(({ subject, note = '' }) => [subject, note]))
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`)
  return [
    ...Array.from(notes, ([subject, note]) => `- **${subject}**: ${note}.`),
    '',
    `Versions: ${versions.join(', ')}.`,
  ].join('\n')
}
