import type { Cell, ResultFile } from '../results/result-file.ts'
import { spreadOf } from '../results/summarize.ts'
import { cellNamed, GOALS, standingOf } from './goals.ts'
import { figure, table } from './markdown.ts'
import { STORE_TITLES } from './own-plots.ts'

/** What says how it was measured: before any figure. */
export function circumstances(results: ResultFile): string {
  const { machine, code, versions, settings, label, startedAt, command } = results
  const postgres = Object.entries(settings.postgres ?? {}).map(([name, value]) => `\`${name}=${value}\``)
  return [
    ...(label === '' ? [] : [`**${label}**`]),
    `${startedAt.slice(0, 10)}, ${machine.cpus} × ${machine.model}, ${machine.memoryGiB} GiB, ${machine.system}, Node ${versions.node}, SQLite ${versions.sqlite}${code === undefined ? '' : `, commit ${code}`}. Client and server share these processors. Load in the minute before: ${machine.loadBefore}.`,
    ...(postgres.length === 0 ? [] : [`PostgreSQL, as the server itself says: ${postgres.join(', ')}.`]),
    `Repeat it with \`${command}\`.`,
  ].join('\n\n')
}

export function goalsTable(results: ResultFile): string {
  const target = ({ perSecond, p95 }: { perSecond?: number; p95?: number }): string =>
    [perSecond === undefined ? '' : `${figure(perSecond)}/s`, p95 === undefined ? '' : `p95 ${figure(p95)} ms`]
      .filter((part) => part !== '')
      .join(', ')
  const rows = GOALS.flatMap((goal) => {
    const cell = cellNamed(results, goal.id)
    if (cell === undefined) return []
    const { low, high } = spreadOf(cell.samples)
    const { perSecond, p95 } = cell.median
    const paced = goal.goal.perSecond === undefined
    const measured = target({ ...(paced ? {} : { perSecond }), ...(p95 === undefined ? {} : { p95 }) })
    const spread = paced ? '' : `${figure(low)} – ${figure(high)}`
    return [[goal.title, measured, spread, target(goal.floor), target(goal.goal), standingOf(cell, goal)]]
  })
  return table(['', 'measured', 'from – to', 'floor', 'goal', 'reached'], rows)
}

export function limitsTable(results: ResultFile): string {
  const limitNamed = (name: string): number | undefined =>
    results.limits.find((limit) => limit.name === name)?.perSecond
  const limits = table(
    ['what is possible here without EventCore', 'a second'],
    results.limits.map(({ description, perSecond }) => [description, figure(perSecond)]),
  )
  const shares = (
    [
      ['postgres/deposit/c64', 'postgres-appends-64', 'the store’s own SQL in a bare loop'],
      ['postgres/deposit/c64', 'postgres-rows-64', 'unchecked bare inserts'],
      ['sqlite/deposit/c64', 'sqlite-rows-64', 'unchecked bare inserts'],
      ['postgres/transfer/c1', 'postgres-rows-1', 'one bare durable insert at a time'],
      ['sqlite/transfer/c1', 'fsync', 'one flush at a time'],
    ] as const
  ).flatMap(([id, limit, what]) => {
    const [reached, possible] = [cellNamed(results, id)?.median.perSecond, limitNamed(limit)]
    if (reached === undefined || possible === undefined) return []
    return [[`\`${id}\``, figure(reached), what, figure(possible), `${Math.round((reached / possible) * 100)} %`]]
  })
  return `${limits}\n\n${table(['', 'commands/s', 'limit', 'a second', 'share'], shares)}`
}

/** Everything, one table for each scenario. */
export function allTables(cells: readonly Cell[]): string {
  return Array.from(
    Map.groupBy(cells, ({ scenario }) => scenario),
    ([, group]) => {
      const [first] = group
      if (first === undefined) return ''
      const varied = group.some(({ parameter }) => parameter !== undefined)
      const head = [
        'store',
        ...(varied ? ['N'] : []),
        'in flight',
        'processes',
        `${first.unit}/s`,
        'from – to',
        'p50',
        'p95',
        'p99',
        'max ms',
        'client µs',
        'server µs',
        'round trips',
        'bytes/event',
        'WAL bytes/event',
        'retries',
      ]
      const rows = group.map((cell) => {
        const { median, samples, inFlight, processes, cached, parameter, subject } = cell
        const { low, high } = spreadOf(samples)
        return [
          `${STORE_TITLES[subject] ?? subject}${cached ? '' : ', uncached'}`,
          ...(varied ? [figure(parameter)] : []),
          String(inFlight),
          String(processes),
          figure(median.perSecond),
          `${figure(low)} – ${figure(high)}`,
          ...[
            median.p50,
            median.p95,
            median.p99,
            median.max,
            median.clientCpu,
            median.serverCpu,
            median.roundTrips,
            median.bytesPerEvent,
            median.walBytesPerEvent,
            median.retries,
          ].map(figure),
        ]
      })
      return `### ${first.title[0]?.toUpperCase()}${first.title.slice(1)}\n\n${table(head, rows)}`
    },
  ).join('\n\n')
}
