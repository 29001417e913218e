import type { JobSummary } from './job.ts'

/** What a job did, for a person. */
export function reportLines(summary: JobSummary): readonly string[] {
  const { store, orders, returns = 0, committed = 0, alreadyCommitted = 0, seconds = 0, times = [] } = summary
  const lines = [`Store           ${store}`]
  if (orders !== undefined) {
    lines.push(
      `Invoices        ${count(orders)} orders, ${count(returns)} returns`,
      `Commands        ${count(committed)} committed, ${count(alreadyCommitted)} had been committed before`,
      `                ${count(summary.conflicts ?? 0)} conflicts, ${count(summary.retries ?? 0)} retries`,
      `Time            ${seconds.toFixed(2)} s, ${count(summary.commandsPerSecond ?? 0)} commands/s`,
      ...times.map(
        ({ upTo, commands, p50, p95 }) =>
          `  ${upTo === null ? 'more     ' : `≤ ${String(upTo).padStart(3)}    `} streams: ${count(commands).padStart(7)} commands, p50 ${p50} ms, p95 ${p95} ms`,
      ),
      `As in the input ${summary.asInFile === true ? 'yes, of every product' : 'NO'}`,
    )
  }
  lines.push(
    `Sold            ${count(summary.sold)} pieces of ${count(summary.products)} products for ${money(summary.revenue)}`,
    `Never oversold  ${summary.oversold === 0 ? 'yes' : `NO: ${summary.oversold} products`}`,
    `Orders = stock  ${summary.unequal === 0 ? 'yes' : `NO: ${summary.unequal} products`}`,
  )
  return lines
}

const count = (number: number): string => number.toLocaleString('en')
const money = (minor: number): string =>
  (minor / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
