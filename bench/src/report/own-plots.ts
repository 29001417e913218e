import type { Cell, ResultFile } from '../results/result-file.ts'
import { spreadOf } from '../results/summarize.ts'
import { type LineChart, lineChart, type Point, type Series } from './line-chart.ts'
import { colourOf } from './svg.ts'

/** An SVG file, and what it shows. */
export interface Plot {
  readonly name: string
  readonly title: string
  readonly svg: string
}

export const STORE_TITLES: Readonly<Record<string, string>> = {
  memory: 'memory',
  sqlite: 'SQLite, FULL',
  'sqlite-normal': 'SQLite, NORMAL',
  postgres: 'PostgreSQL',
}

const STORE_COLOURS = ['postgres', 'sqlite', 'memory', 'sqlite-normal']

const lookOf = (subject: string, cached: boolean): Omit<Series, 'points'> => ({
  name: `${STORE_TITLES[subject] ?? subject}${cached ? '' : ', uncached'}`,
  colour: colourOf(Math.max(0, STORE_COLOURS.indexOf(subject))),
  dashed: !cached,
})

const PERCENTILES = ['p50', 'p95', 'p99', 'max'] as const

/** What can be drawn of our own results. Nothing is drawn of what was not measured. */
export function ownPlots(results: ResultFile): readonly Plot[] {
  const { cells } = results
  const transfers = cells.filter(({ scenario, cached }) => scenario === 'transfer' && cached)
  const charts: readonly (readonly [name: string, chart: LineChart])[] = [
    [
      'throughput',
      {
        title: 'Transfers a second, by how many are in flight',
        x: 'commands in flight, one process',
        y: 'commands/s',
        series: byStore(
          transfers.filter(({ processes }) => processes === 1),
          ({ inFlight }) => inFlight,
          rate,
        ),
      },
    ],
    [
      'latency',
      {
        title: 'Latency of a transfer, 64 in flight',
        x: 'percentile',
        y: 'ms',
        logarithmic: true,
        labelOf: (index) => PERCENTILES[index] ?? '',
        series: percentiles(transfers.filter(({ inFlight, processes }) => inFlight === 64 && processes === 1)),
      },
    ],
    [
      'streams',
      {
        title: 'CPU of a command, by the streams that it writes',
        x: 'streams in the command',
        y: 'µs of CPU, client and server',
        series: byStore(
          cells.filter(({ scenario }) => scenario === 'streams'),
          parameter,
          cpu,
        ),
      },
    ],
    [
      'history',
      {
        title: 'One deposit, by the events of its stream',
        x: 'events in the stream',
        y: 'ms, median, one at a time',
        logarithmic: true,
        series: byStore(
          cells.filter(({ scenario }) => scenario === 'history'),
          parameter,
          p50,
        ),
      },
    ],
    [
      'processes',
      {
        title: 'Deposits a second, by processes',
        x: 'processes on the same streams, 64 in flight each',
        y: 'commands/s',
        series: byStore(
          cells.filter(({ scenario, inFlight, cached }) => scenario === 'deposit' && inFlight === 64 && cached),
          ({ processes }) => processes,
          rate,
        ),
      },
    ],
  ]
  return charts.flatMap(drawn)
}

export const GROWTH_PLOT = 'stored'

/** How speed changes with what is stored. */
export function growthPlots({ cells }: ResultFile): readonly Plot[] {
  return drawn([
    GROWTH_PLOT,
    {
      title: 'Transfers a second, by the events stored',
      x: 'events stored before',
      y: 'commands/s',
      series: byStore(cells, parameter, rate),
    },
  ])
}

function drawn([name, chart]: readonly [name: string, chart: LineChart]): readonly Plot[] {
  return chart.series.length === 0 ? [] : [{ name, title: chart.title, svg: lineChart(chart) }]
}

const parameter = (cell: Cell): number => cell.parameter ?? 0

const rate = (cell: Cell): Omit<Point, 'x'> => ({ y: cell.median.perSecond, ...spreadOf(cell.samples) })

const cpu = ({ median }: Cell): Omit<Point, 'x'> => ({ y: median.clientCpu + (median.serverCpu ?? 0) })

const p50 = ({ median }: Cell): Omit<Point, 'x'> => ({ y: median.p50 ?? Number.NaN })

function byStore(
  cells: readonly Cell[],
  xOf: (cell: Cell) => number,
  yOf: (cell: Cell) => Omit<Point, 'x'>,
): readonly Series[] {
  const groups = Map.groupBy(cells, ({ subject, cached }) => `${subject} ${cached}`)
  const series = Array.from(groups.values(), (group) => ({
    ...lookOf(group[0]?.subject ?? '', group[0]?.cached ?? true),
    points: group.map((cell) => ({ x: xOf(cell), ...yOf(cell) })),
  }))
  // One point is no line.
  return series.filter(({ points }) => points.length > 1)
}

function percentiles(cells: readonly Cell[]): readonly Series[] {
  return cells.map(({ subject, median }) => ({
    ...lookOf(subject, true),
    points: PERCENTILES.flatMap((figure, x) => {
      const y = median[figure]
      return y === undefined ? [] : [{ x, y }]
    }),
  }))
}
