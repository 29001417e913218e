import type { Anomaly, CycleName, CycleStep } from './anomaly.ts'

/** One anomaly in words: what happened, and what that contradicts. */
export function explainAnomaly(anomaly: Anomaly): string {
  switch (anomaly.kind) {
    case 'version-order':
      return `Stream ${anomaly.stream} has version ${anomaly.actual} (event ${anomaly.eventId}) where version ${anomaly.expected} should stand.`
    case 'duplicate-event':
      return `Event id ${anomaly.eventId} stands in the log ${anomaly.streams.length} times, in ${listed(anomaly.streams)}.`
    case 'unknown-command':
      return `Command ${anomaly.commandId} committed ${listed(anomaly.eventIds)}, but no recorded client executed it.`
    case 'committed-twice':
      return `Command ${anomaly.commandId} has more than one commit record: it committed more than once (${listed(anomaly.eventIds)}).`
    case 'lost-commit':
      return `Command ${anomaly.commandId} (${anomaly.process}) was acknowledged, but none of its events is in the log: ${listed(anomaly.eventIds)}.`
    case 'torn-commit':
      return `Command ${anomaly.commandId} is there in part: ${listed(anomaly.present)} yes, ${listed(anomaly.missing)} no.`
    case 'failed-but-visible':
      return `Command ${anomaly.commandId} failed${anomaly.errorCode === undefined ? '' : ` (${anomaly.errorCode})`}, a definite error, but the log has ${listed(anomaly.eventIds)} of it.`
    case 'unreported-event':
      return `Command ${anomaly.commandId} committed ${listed(anomaly.eventIds)}, of which its client was not told.`
    case 'forgotten-commit':
      return `Command ${anomaly.commandId} was executed again (${anomaly.process}) after its commit had been acknowledged, and got an outcome without events.`
    case 'misplaced-event':
      return `Event ${anomaly.eventId} of command ${anomaly.commandId} was acknowledged at ${place(anomaly.told)}, but stands at ${place(anomaly.actual)}.`
    case 'payload-changed':
      return `Event ${anomaly.eventId} of command ${anomaly.commandId} came back with another type or payload: ${anomaly.sent} was sent, ${anomaly.stored} is stored.`
    case 'read-set-differs':
      return `Command ${anomaly.commandId} read ${versionText(anomaly.stream, anomaly.read)}, but its commit record ${anomaly.recorded === undefined ? 'does not name the stream' : `says ${versionText(anomaly.stream, anomaly.recorded)}`}.`
    case 'read-from-nowhere':
      return `Command ${anomaly.commandId} read ${at(anomaly)}, which was never committed: the stream ends at version ${anomaly.lastVersion}.`
    case 'read-of-uncommitted':
      return `Command ${anomaly.commandId} read event ${anomaly.readId ?? 'none'} at ${at(anomaly)}, but ${anomaly.committedId ?? 'none'} was committed there.`
    case 'read-of-own-write':
      return `Command ${anomaly.commandId} says that it read ${at(anomaly)} before it decided, but wrote that version itself.`
    case 'cycle':
      return explainCycle(anomaly.name, anomaly.steps, anomaly.entangled)
    case 'stale-at-commit':
      return `Command ${anomaly.commandId} read ${anomaly.stream}@${anomaly.read}, but the stream stood at version ${anomaly.atCommit} where the command stands in the feed: what it had read changed before its commit.`
    case 'feed-against-real-time':
      return `Command ${anomaly.earlier} had completed before ${anomaly.later} was invoked, but stands after it in the feed.`
    case 'fractured-read':
      return `Query ${anomaly.commandId} saw ${at(anomaly.newer)} together with ${at(anomaly.older)}, but the latter was overwritten before the former was written: no moment shows both.`
    case 'missed-delivery':
      return `Subscriber ${anomaly.subscriber} was never given ${anomaly.eventIds.length} events: ${listed(anomaly.eventIds)}.`
    case 'duplicate-delivery':
      return `Subscriber ${anomaly.subscriber} was given event ${anomaly.eventId} again.`
    case 'unknown-delivery':
      return `Subscriber ${anomaly.subscriber} was given event ${anomaly.eventId}, which is not in the log or not among what it subscribed to.`
    case 'delivery-order':
      return `Subscriber ${anomaly.subscriber} was given event ${anomaly.eventId} after ${anomaly.deliveredAfter}, ${ORDER[anomaly.broken]}.`
    case 'projection-differs':
      return `Projection ${anomaly.projection} ${anomaly.upTo === null ? 'before any event' : `up to event ${anomaly.upTo}`} has the checksum ${anomaly.actual}, but the fold of the log has ${anomaly.expected}.`
    case 'projection-ahead':
      return `Projection ${anomaly.projection} says to contain event ${anomaly.upTo}, which is not in the log.`
  }
}

const ORDER = {
  feed: 'which comes after it in the feed',
  stream: 'which comes after it in the same stream',
  causality: 'whose command had read it',
} as const

const MEANING: Readonly<Record<string, string>> = {
  G0: 'writes contradict each other',
  G1c: 'what was written and read runs in a circle',
  'G-single': 'one command missed a change: a lost update or read skew',
  'G2-item': 'each command missed a change by another: write skew',
}

function explainCycle(name: CycleName, steps: readonly CycleStep[], entangled: number): string {
  const meaning = MEANING[name.replace('-realtime', '')]
  const time = name.endsWith('-realtime') ? ', seen only because one had ended before another began' : ''
  const commands = new Set(steps.map((step) => step.from)).size
  const more = entangled > commands ? `, among ${entangled} entangled ones` : ''
  const lines = steps.map((step, i) => `  ${i + 1}. ${explainStep(step)}`)
  return [
    `${name} (${meaning}${time}): ${commands} commands that fit into no order${more}.`,
    ...lines,
    `  So ${steps[0]?.from} would have to come before itself.`,
  ].join('\n')
}

function explainStep({ kind, from, to, fromProcess, toProcess, stream, version }: CycleStep): string {
  const one = fromProcess === undefined ? from : `${from} (${fromProcess})`
  const other = toProcess === undefined ? to : `${to} (${toProcess})`
  const next = version === undefined ? '' : `${stream}@${version + 1}`
  switch (kind) {
    case 'ww':
      return `${one} wrote ${stream}@${version} and ${other} wrote ${next}, so ${from} comes before ${to}.`
    case 'wr':
      return `${one} wrote ${stream}@${version} and ${other} read it, so ${from} comes before ${to}.`
    case 'rw':
      return version === 0
        ? `${one} saw that ${stream} did not exist and ${other} began it, so ${from} comes before ${to}.`
        : `${one} read ${stream}@${version} and ${other} wrote ${next}, which ${from} did not see, so ${from} comes before ${to}.`
    case 'rt':
      return `${one} had completed before ${other} was invoked, so ${from} comes before ${to}.`
  }
}

function at({ stream, version }: { readonly stream: string; readonly version: number }): string {
  return version === 0 ? `${stream} as absent` : `${stream}@${version}`
}

function versionText(stream: string, version: number | undefined): string {
  return version === undefined ? `nothing of ${stream}` : at({ stream, version })
}

function place(told: { stream: string; version: number | undefined; position: string | undefined }): string {
  const position = told.position === undefined ? '' : `, position ${told.position}`
  return `${told.stream}${told.version === undefined ? '' : `@${told.version}`}${position}`
}

const SHOWN = 5

function listed(ids: readonly string[]): string {
  if (ids.length === 0) return 'none'
  const rest = ids.length - SHOWN
  return ids.slice(0, SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
