import { defineStream, unchecked } from 'eventcore'
import { z } from 'zod'

/** What a fold of the model remembers: enough that no other history of the stream looks the same. */
export interface Ledger {
  readonly balance: number
  readonly count: number
  /** Depends on every event and on their order. */
  readonly trail: number
}

/** 32-bit FNV-1a, continued from `hash`. */
export function mix(hash: number, text: string): number {
  let mixed = hash ^ 0x811c9dc5
  for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), 0x01000193)
  return mixed >>> 0
}

const initial = (): Ledger => ({ balance: 0, count: 0, trail: 0 })

/** With a schema whose output is not its input. */
export const Cell = defineStream('cell', {
  events: {
    Added: z.object({ by: z.int(), memo: z.string().optional().default('none') }),
    Noted: z.object({ note: z.string().transform((note) => `~${note}`) }),
  },
  initial,
  apply: {
    Added: (state, { by, memo }, { version }) => ({
      balance: state.balance + by,
      count: state.count + 1,
      trail: mix(state.trail, `A${version}${by}${memo}`),
    }),
    Noted: (state, { note }, { version }) => ({
      ...state,
      count: state.count + 1,
      trail: mix(state.trail, `N${version}${note}`),
    }),
  },
})

/** Without a schema. */
export const Pot = defineStream('pot', {
  events: { Added: unchecked<{ by: number; memo?: string }>(), Noted: unchecked<{ note: string }>() },
  initial,
  apply: {
    Added: (state, { by, memo }, { version }) => ({
      balance: state.balance + by,
      count: state.count + 1,
      trail: mix(state.trail, `a${version}${by}${memo}`),
    }),
    Noted: (state, { note }, { version }) => ({
      ...state,
      count: state.count + 1,
      trail: mix(state.trail, `n${version}${note}`),
    }),
  },
})

/** The same streams, seen otherwise. */
const notes = {
  initial: (): Ledger => ({ balance: 0, count: 0, trail: 1 }),
  apply: {
    Added: (state: Ledger): Ledger => state,
    Noted: (state: Ledger, { note }: { note: string }): Ledger => ({
      ...state,
      count: state.count + 1,
      trail: mix(state.trail, note),
    }),
  },
}

export const CellNotes = Cell.view(notes)
export const PotNotes = Pot.view(notes)
