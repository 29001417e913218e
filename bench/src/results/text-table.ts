import type { Cell } from './result-file.ts'
import { spreadOf } from './summarize.ts'

const number = (value: number | undefined): string =>
  value === undefined
    ? '-'
    : value >= 1_000
      ? Math.round(value).toLocaleString('en')
      : String(Number(value.toPrecision(3)))

/** What a terminal shows: one line for each cell. */
export function textTable(cells: readonly Cell[]): string {
  const width = Math.max(...cells.map(({ id }) => id.length))
  return cells
    .map(({ id, unit, median, samples }) => {
      const { low, high } = spreadOf(samples)
      const { perSecond, p50, p95, p99, clientCpu, serverCpu, rejected, retries, gaveUp } = median
      const columns = [
        id.padEnd(width),
        `${number(perSecond).padStart(9)} ${unit}/s`.padEnd(20),
        `p50 ${number(p50)}  p95 ${number(p95)}  p99 ${number(p99)} ms`.padEnd(38),
        `cpu ${number(clientCpu)}${serverCpu === undefined ? '' : ` + ${number(serverCpu)}`} µs`.padEnd(20),
        `(${number(low)} to ${number(high)} in ${samples.length})`,
        retries > 0 ? `retries ${number(retries)}` : '',
        rejected > 0 ? `rejected ${number(rejected)}` : '',
        gaveUp > 0 ? `gave up ${number(gaveUp)}` : '',
      ]
      return columns.filter((column) => column !== '').join('  ')
    })
    .join('\n')
}
