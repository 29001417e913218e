import type { Rebuild, ShownStatements } from '../jobs/job.ts'
import { formatMoney } from '../money.ts'

const figure = (count: number): string => count.toLocaleString('en')

/** What a customer sees, for people. */
export function statementLines({ version, waitedMs, account, lines }: ShownStatements): string[] {
  const width = Math.max(0, ...lines.map(({ text }) => text.length))
  return [
    `The statement of ${account}, kept by a projection behind the log (version ${version})`,
    `  It contained the last command's events ${figure(waitedMs)} ms after that command was committed.`,
    ...lines.map(
      ({ bookedOn, text, amount, balance }) =>
        `  ${bookedOn}  ${text.padEnd(width)}  ${formatMoney(amount).padStart(14)}  ${formatMoney(balance).padStart(14)}`,
    ),
  ]
}

/** How the statements were rebuilt, for people. */
export function rebuildLines({ from, to, events, seconds, eventsPerSecond, transfers, reads }: Rebuild): string[] {
  return [
    'The statements, rebuilt beside the old ones while the bank was open',
    `  Version ${to} was made of ${figure(events)} events in ${seconds.toFixed(2)} seconds, ${figure(eventsPerSecond)} a second, and took`,
    `  the place of version ${from} in one transaction.`,
    `  Meanwhile ${figure(transfers)} transfers were committed, and a statement was read ${figure(reads)} times, whole each time.`,
  ]
}
