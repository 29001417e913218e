import { inspect } from 'node:util'
import type { Observation } from './observation.ts'

/** A value for a person: on one line if it is short. */
export function renderValue(value: unknown): string {
  return inspect(value, { depth: 20, breakLength: 80, compact: 3, maxArrayLength: 100, maxStringLength: 1_000 })
}

export const renderEvent = (type: string, data: unknown): string => {
  const payload = renderValue(data)
  return payload === '{}' ? type : `${type} ${payload}`
}

/**
 * An observation as lines, the streams in the order given, so that two of them can be laid side by side. Streams that are not
 * in the order come last.
 */
export function renderObservation({ outcome, events, states }: Observation, order: readonly string[]): string[] {
  const lines = [...indented(outcomeLine(outcome), '')]
  const streams = [...new Set([...order, ...Object.keys(events)])].filter((stream) => Object.hasOwn(events, stream))
  if (outcome.status === 'committed' && streams.length === 0) lines.push('no new events')
  for (const stream of streams) {
    lines.push(stream)
    for (const { type, data } of events[stream] ?? []) lines.push(...indented(renderEvent(type, data), '  '))
  }
  for (const [stream, state] of Object.entries(states)) {
    lines.push(`state of ${stream}`, ...indented(renderValue(state), '  '))
  }
  return lines
}

export const indented = (text: string, indent: string): string[] => text.split('\n').map((line) => indent + line)

function outcomeLine(outcome: Observation['outcome']): string {
  switch (outcome.status) {
    case 'committed':
      return 'committed'
    case 'rejected':
      return 'detail' in outcome && outcome.detail !== undefined
        ? `rejected: ${outcome.code} ${renderValue(outcome.detail)}`
        : `rejected: ${outcome.code}`
    case 'threw':
      return `threw ${outcome.error}`
  }
}
