import type { AnyReference } from 'eventcore'
import type { Script, Want } from './script.ts'
import { Cell, CellNotes, type Ledger, mix, Pot, PotNotes } from './streams.ts'

/** A stream as a program sees it, in the engine or in the interpreter. */
export interface Seen {
  readonly stream: string
  readonly version: number
  readonly state: Ledger
  readonly writable: boolean
}

export interface Planned {
  /** Which of the streams seen, in the order of seeing. */
  readonly seen: number
  readonly type: 'Added' | 'Noted'
  readonly payload: { readonly by: number; readonly memo?: string } | { readonly note: string }
}

export type Plan =
  | { readonly kind: 'events'; readonly planned: readonly Planned[] }
  | {
      readonly kind: 'rejection'
      readonly code: string
      readonly detail: unknown
      readonly planned: readonly Planned[]
    }

export const isCell = (number: number): boolean => number % 2 === 0

export function nameOf(number: number): string {
  return isCell(number) ? Cell.idOf(`${number}`) : Pot.idOf(`${number}`)
}

export function referenceOf({ stream, mode, view }: Want): AnyReference {
  const kind = isCell(stream) ? (view ? CellNotes : Cell) : view ? PotNotes : Pot
  return mode === 'read-write' ? kind(`${stream}`) : kind.readOnly(`${stream}`)
}

/** What a script declares, by the names of its slots. Its timeline names all slots, so they are always there. */
export function declaredWants(script: Script, streams: number): readonly Want[] {
  const wants = script.declared.map((want) => ({ ...want, stream: want.stream % streams }))
  while (script.timeline && wants.length < 3)
    wants.push({ stream: wants.length % streams, mode: 'read-only', view: false })
  return wants
}

/** Cells only: streams that are named together are of one kind. */
export function manyNumbers(script: Script, streams: number): readonly number[] {
  return [...new Set(script.many.map((number) => (number % Math.ceil(streams / 2)) * 2))]
}

function hashOf(script: Script, seen: readonly Seen[], timeline: number): number {
  let hash = mix(script.serial, `${timeline}`)
  for (const { stream, version, state } of seen)
    hash = mix(hash, `${stream}@${version}:${state.balance}:${state.count}:${state.trail}`)
  return hash
}

const MODES = ['read-write', 'read-only', 'read-write'] as const

function wantFrom(hash: number, streams: number): Want {
  return {
    stream: (hash >>> 3) % streams,
    mode: MODES[(hash >>> 9) % 3] as Want['mode'],
    view: ((hash >>> 12) & 3) === 0,
  }
}

/** What `discover` names, from the states of the declared streams. */
export function discovered(script: Script, declared: readonly Seen[], streams: number): readonly Want[] {
  const hash = hashOf(script, declared, 7)
  return hash % 4 === 0 ? [] : [wantFrom(hash, streams)]
}

/** The command: reads more streams by yielding what it wants, then decides. Everything follows from what it has seen. */
export function* program(
  script: Script,
  given: readonly Seen[],
  timeline: number,
  streams: number,
): Generator<readonly Want[], Plan, readonly Seen[]> {
  const seen = [...given]
  for (const [round, count] of (script.shape === 'sync' ? [] : script.rounds).entries()) {
    const hash = hashOf(script, seen, round)
    const wants = Array.from({ length: count }, (_, index) => wantFrom(mix(hash, `${index}`), streams))
    seen.push(...(yield wants))
  }
  const hash = hashOf(script, seen, timeline)
  const writable = seen.flatMap(({ writable }, index) => (writable ? [index] : []))
  if (script.task === 'transfer') return transfer(seen, writable, hash)
  const roll = hash % 100
  if (roll < script.rejects)
    return { kind: 'rejection', code: `R${hash % 3}`, detail: { hash }, planned: planOf(hash, writable) }
  if (roll < script.rejects + script.empties) return { kind: 'events', planned: [] }
  if (roll < script.rejects + script.empties + script.throws) throw new Error(`boom ${hash}`)
  return { kind: 'events', planned: planOf(hash, writable) }
}

function planOf(hash: number, writable: readonly number[]): Planned[] {
  if (writable.length === 0) return []
  return Array.from({ length: 1 + ((hash >>> 5) % 3) }, (_, index): Planned => {
    const own = mix(hash, `e${index}`)
    const seen = writable[(own >>> 4) % writable.length] as number
    if (own % 3 === 0) return { seen, type: 'Noted', payload: { note: `${own}` } }
    const by = (own >>> 8) % 20
    return { seen, type: 'Added', payload: own % 3 === 1 ? { by } : { by, memo: `${own}` } }
  })
}

function transfer(seen: readonly Seen[], writable: readonly number[], hash: number): Plan {
  const [from, to] = writable.filter(
    (index, at) => writable.findIndex((other) => seen[other]?.stream === seen[index]?.stream) === at,
  )
  if (from === undefined || to === undefined)
    return { kind: 'rejection', code: 'TooFew', detail: { hash }, planned: [] }
  const amount = 1 + (hash % 10)
  const { balance } = (seen[from] as Seen).state
  if (balance < amount) return { kind: 'rejection', code: 'Insufficient', detail: { balance, amount }, planned: [] }
  return {
    kind: 'events',
    planned: [
      { seen: from, type: 'Added', payload: { by: -amount, memo: `${hash}` } },
      { seen: to, type: 'Added', payload: { by: amount, memo: `${hash}` } },
    ],
  }
}
