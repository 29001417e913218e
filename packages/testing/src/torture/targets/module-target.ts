import { resolve } from 'node:path'
import { UNKNOWN_STORE } from '../faults/impossible.ts'
import type { Target } from './arena.ts'

export interface TorturedModule {
  /** URL or path of a module whose exported function opens the store, in every process: an `OpenTorturedStore`. */
  readonly module: string
  /** Name of that function. Default `openStore`. */
  readonly export?: string | undefined
  /** What the feed order must explain by itself. Default `commits`: see `checkHistory`. */
  readonly witness?: 'commits' | 'commits-and-queries' | undefined
}

/** A store of somebody else. */
export function moduleTarget({ module, export: name, witness = 'commits' }: TorturedModule): Target {
  const url = module.includes('://') ? module : resolve(module)
  return {
    name: module,
    impossible: UNKNOWN_STORE,
    settings: {},
    async arena(round) {
      const location = { kind: 'module', module: url, export: name, data: `torture_${round}` } as const
      return {
        location,
        direct: location,
        witness,
        integrity: async () => undefined,
        dispose: async () => {},
      }
    },
    dispose: async () => {},
  }
}
