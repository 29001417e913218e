import type { TortureReport } from './torture.ts'

/** For a person. */
export function explainReport(report: TortureReport): string {
  const { ok, store, seed, rounds, directory, environment } = report
  const total = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.reduce((sum, round) => sum + of(round), 0)
  const strikes = new Map<string, number>()
  for (const round of rounds)
    for (const [kind, times] of Object.entries(round.strikes)) strikes.set(kind, (strikes.get(kind) ?? 0) + times)
  const faults = [...strikes.values()].reduce((sum, times) => sum + times, 0)
  const broken = rounds.filter((round) => !round.ok)
  const impossible = Object.entries(Object.groupBy(Object.entries(report.impossible), ([, why]) => why))
  const unseen = report.sometimes.filter(({ times }) => times === 0)
  return [
    `${ok ? 'PASSED' : 'FAILED'}: ${store}, seed ${seed}, ${rounds.length} rounds`,
    `  ${total(({ calls }) => calls)} commands, ${total(({ acknowledged }) => acknowledged)} acknowledged commits, ${total(({ events }) => events)} events`,
    `  ${faults} faults: ${Array.from(strikes, ([kind, times]) => `${times} ${kind}`).join(', ') || 'none'}`,
    `  ${total(({ lost }) => lost)} lost, ${total(({ torn }) => torn)} torn, ${total(({ anomalies }) => anomalies)} anomalies`,
    `  ${total((round) => round.unknownCommitted)} unknown but committed, ${total((round) => round.unknownAbsent)} unknown and absent, ${total(({ failed }) => failed)} failed for certain`,
    `  ${total(({ figures }) => figures.unknownAppends)} appends without an answer: ${total(({ figures }) => figures.foundAfterUnknown)} commands found, ${total(({ figures }) => figures.absentAfterUnknown)} made again`,
    `  ${total(({ takeOvers }) => takeOvers)} take-overs of the read model, ${total(({ deliveries }) => deliveries)} deliveries`,
    `  ${Object.entries(environment)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    ...impossible.map(([why, kinds]) => `  not possible here: ${kinds?.map(([kind]) => kind).join(', ')} – ${why}`),
    ...(unseen.length > 0 ? [`never seen, although it must be: ${unseen.map(({ what }) => what).join('; ')}`] : []),
    ...broken.map(({ name, explanation }) => `round ${name}:\n${explanation}`),
    `histories and report.json: ${directory}`,
  ].join('\n')
}
