import { linearScale, logScale, pointScale, type Scale, short } from './scale.ts'
import { document, line, round, text, WIDTH } from './svg.ts'

export interface Point {
  readonly x: number
  readonly y: number
  /** From the slowest to the fastest sample. */
  readonly low?: number
  readonly high?: number
}

export interface Series {
  readonly name: string
  /** The same thing has the same colour in every plot. */
  readonly colour: string
  readonly dashed?: boolean
  readonly points: readonly Point[]
}

export interface LineChart {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly series: readonly Series[]
  /** For latencies and sizes over several powers of ten. Default `false`. */
  readonly logarithmic?: boolean
  /** What stands below the places of the x axis. Default: the numbers. */
  readonly labelOf?: (x: number) => string
}

const HEIGHT = 340
const AREA = { left: 64, right: WIDTH - 150, top: 62, bottom: HEIGHT - 48 }

/** One line for each series, its name beside its end. */
export function lineChart({ title, x, y, series, logarithmic = false, labelOf = short }: LineChart): string {
  const points = series.flatMap((one) => one.points)
  const values = points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y])
  const places = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b)
  const across = pointScale(places, AREA.left, AREA.right)
  const up = logarithmic
    ? logScale(Math.min(...values), Math.max(...values), AREA.bottom, AREA.top)
    : linearScale(Math.max(...values), AREA.bottom, AREA.top)
  return document(title, HEIGHT, [
    ...up.ticks.flatMap((tick) => [
      line(AREA.left, up(tick), AREA.right, up(tick), 'class="grid"'),
      text(AREA.left - 8, up(tick) + 4, short(tick), 'text-anchor="end"'),
    ]),
    ...across.ticks.map((tick) => text(across(tick), AREA.bottom + 18, labelOf(tick), 'text-anchor="middle"')),
    text((AREA.left + AREA.right) / 2, HEIGHT - 10, x, 'class="quiet" text-anchor="middle"'),
    text(16, 42, y, 'class="quiet"'),
    ...series.flatMap((one) => drawSeries(one, across, up)),
    ...names(series, up),
  ])
}

function drawSeries({ points, colour, dashed = false }: Series, across: Scale, up: Scale): string[] {
  const sorted = points.toSorted((a, b) => a.x - b.x)
  const path = sorted.map((point) => `${round(across(point.x))},${round(up(point.y))}`).join(' ')
  return [
    ...sorted.flatMap(({ x, low, high }) =>
      low === undefined || high === undefined
        ? []
        : [line(across(x), up(low), across(x), up(high), `stroke="${colour}" stroke-opacity="0.45" stroke-width="5"`)],
    ),
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/>`,
    ...sorted.map(
      ({ x, y }) =>
        `<circle cx="${round(across(x))}" cy="${round(up(y))}" r="3.5" fill="${colour}"><title>${short(y)}</title></circle>`,
    ),
  ]
}

const LINE_HEIGHT = 16

/** Beside the last points, moved apart where they would lie on one another. */
function names(series: readonly Series[], up: Scale): string[] {
  const ends = series
    .map(({ name, colour, points }) => ({ name, colour, y: up(points.toSorted((a, b) => a.x - b.x).at(-1)?.y ?? 1) }))
    .sort((a, b) => a.y - b.y)
  let last = Number.NEGATIVE_INFINITY
  return ends.map(({ name, colour, y }) => {
    last = Math.max(y, last + LINE_HEIGHT)
    return text(AREA.right + 4, last + 4, name, `style="fill:${colour}"`)
  })
}
