import { linearScale, short } from './scale.ts'
import { colourOf, document, line, round, text, WIDTH } from './svg.ts'

export interface Bar {
  readonly name: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** Ours stand out. */
  readonly emphasized: boolean
}

export interface BarChart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

const ROW = 28
const TOP = 64
const LEFT = 170
const RIGHT = WIDTH - 70

/** Horizontal bars from zero on: their lengths may be compared. */
export function barChart({ title, unit, bars }: BarChart): string {
  const height = TOP + bars.length * ROW + 12
  const values = bars.map(({ high }) => high)
  const across = linearScale(Math.max(...values), LEFT, RIGHT)
  return document(title, height, [
    ...across.ticks.flatMap((tick) => [
      line(across(tick), TOP - 8, across(tick), height - 12, 'class="grid"'),
      text(across(tick), TOP - 14, short(tick), 'class="quiet" text-anchor="middle"'),
    ]),
    text(16, TOP - 14, unit, 'class="quiet"'),
    ...bars.flatMap(({ name, value, low, high, emphasized }, index) => {
      const y = TOP + index * ROW
      const middle = y + ROW / 2 - 4
      const colour = colourOf(emphasized ? 0 : 6)
      return [
        text(LEFT - 8, middle + 4, name, `text-anchor="end"${emphasized ? ' style="font-weight:600"' : ''}`),
        `<rect x="${LEFT}" y="${round(y)}" width="${round(across(value) - LEFT)}" height="${ROW - 8}" fill="${colour}"/>`,
        line(across(low), middle, across(high), middle, 'stroke="#000" stroke-opacity="0.55" stroke-width="2"'),
        text(Math.max(across(value), across(high)) + 6, middle + 4, short(value)),
      ]
    }),
  ])
}
