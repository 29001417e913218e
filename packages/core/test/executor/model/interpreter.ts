import type { OutcomeStream, StoredEvent } from 'eventcore'
import { declaredWants, discovered, isCell, manyNumbers, nameOf, type Plan, program, type Seen } from './program.ts'
import type { Script, Want } from './script.ts'
import { type Ledger, mix } from './streams.ts'

/** What a command does when it runs alone, on nothing but the events that stand before it. */
export interface Interpretation {
  readonly streams: readonly OutcomeStream[]
  readonly result:
    | { readonly kind: 'events'; readonly events: readonly { stream: string; type: string; data: string }[] }
    | { readonly kind: 'rejection'; readonly code: string; readonly detail: unknown }
    | { readonly kind: 'threw'; readonly message: string }
}

/** Executes one command at a time: no cache, no queue, no pending states, no conflicts. */
export function interpret(script: Script, log: readonly StoredEvent[], streams: number): Interpretation {
  const boundary = new Map<string, { -readonly [Key in keyof OutcomeStream]: OutcomeStream[Key] }>()
  const see = (wants: readonly Want[], found: OutcomeStream['found']): Seen[] =>
    wants.map(({ stream: number, mode, view }) => {
      const stream = nameOf(number)
      const events = log.filter((event) => event.stream === stream)
      const known = boundary.get(stream)
      if (known === undefined) boundary.set(stream, { stream, version: events.length, found, access: mode })
      else if (mode === 'read-write') known.access = mode
      const state = fold(events, isCell(number), view)
      return { stream, version: events.length, state, writable: mode === 'read-write' }
    })

  const declared = see(declaredWants(script, streams), 'declared')
  const many = manyNumbers(script, streams).map((stream): Want => ({ stream, mode: 'read-write', view: false }))
  declared.push(...see(many, 'declared'))
  const timeline = script.timeline ? timelineOf(script, log, streams) : 0
  const more = script.discover ? see(discovered(script, declared, streams), 'discovered') : []
  const seen = [...declared, ...more]

  let result: Interpretation['result']
  try {
    const running = program(script, seen, timeline, streams)
    let step = running.next()
    while (step.done !== true) {
      const read = see(step.value, 'read')
      seen.push(...read)
      step = running.next(read)
    }
    result = resultOf(step.value, seen)
  } catch (error) {
    result = { kind: 'threw', message: (error as Error).message }
  }
  return { streams: [...boundary.values()], result }
}

function resultOf(plan: Plan, seen: readonly Seen[]): Interpretation['result'] {
  if (plan.kind === 'rejection') return { kind: 'rejection', code: plan.code, detail: plan.detail }
  return {
    kind: 'events',
    events: plan.planned.map(({ seen: index, type, payload }) => ({
      stream: (seen[index] as Seen).stream,
      type,
      data: JSON.stringify(payload),
    })),
  }
}

interface Raw {
  readonly by?: number
  readonly memo?: string
  readonly note?: string
}

function fold(events: readonly StoredEvent[], cell: boolean, view: boolean): Ledger {
  let balance = 0
  let count = 0
  let trail = view ? 1 : 0
  for (const { type, version, data } of events) {
    const { by = 0, memo, note } = JSON.parse(data) as Raw
    const shown = cell ? `~${note}` : `${note}`
    if (view) {
      if (type !== 'Noted') continue
      count++
      trail = mix(trail, shown)
      continue
    }
    count++
    if (type === 'Added') {
      balance += by
      trail = mix(trail, `${cell ? 'A' : 'a'}${version}${by}${cell ? (memo ?? 'none') : memo}`)
    } else trail = mix(trail, `${cell ? 'N' : 'n'}${version}${shown}`)
  }
  return { balance, count, trail }
}

/** The events of all declared streams, interleaved; one that stands in two slots is folded for each. */
function timelineOf(script: Script, log: readonly StoredEvent[], streams: number): number {
  const slots = declaredWants(script, streams).map(({ stream }) => [nameOf(stream)])
  slots.push(manyNumbers(script, streams).map(nameOf))
  let trail = 0
  for (const { stream, type, version } of log)
    for (const [slot, names] of slots.entries())
      if (names.includes(stream)) trail = mix(trail, `${slot}${stream}${version}${type}`)
  return trail
}
