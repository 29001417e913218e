import { join } from 'node:path'
import type { EventStore } from 'eventcore'
import { FAULT_KINDS } from '../faults/fault-kind.ts'
import type { TortureOptions } from '../torture-options.ts'
import type { Target } from './arena.ts'
import { loadPackage } from './load-package.ts'
import { moduleTarget } from './module-target.ts'
import { objectTarget } from './object-target.ts'
import { postgresTarget } from './postgres-target.ts'
import { sqliteTarget } from './sqlite-target.ts'

/** Named by a text that is none of those that can be tortured. */
export class UnknownStore extends TypeError {
  readonly code = 'UNKNOWN_STORE'

  constructor(store: string) {
    super(
      `${JSON.stringify(store)} is no store that can be tortured. "sqlite:PATH", "postgres://…", "postgres:" and "memory:" are; ` +
        'give a store of your own as a module.',
    )
  }
}

/** @throws UnknownStore (`UNKNOWN_STORE`) */
export async function chooseTarget(options: TortureOptions, directory: string): Promise<Target> {
  const { store, diskMegabytes, maxConnections } = options
  const disturbed = options.faults?.length !== 0
  if (typeof store === 'function') return objectTarget(store, 'commits', disturbed)
  if (typeof store !== 'string') return moduleTarget(store)
  const rest = store.slice(store.indexOf(':') + 1)
  switch (/^[a-z]+:/.exec(store)?.[0]) {
    case 'sqlite:':
      return sqliteTarget({ path: rest === '' ? join(directory, 'store') : rest, diskMegabytes })
    case 'postgres:':
    case 'postgresql:':
      return await postgresTarget({
        url: rest === '' ? undefined : store,
        diskMegabytes,
        directory,
        maxConnections,
        faults: options.faults ?? FAULT_KINDS,
      })
    case 'memory:': {
      const { MemoryEventStore } = await loadPackage<MemoryPackage>('@eventcore/memory')
      return { ...objectTarget(() => new MemoryEventStore(), 'commits-and-queries', disturbed), name: 'memory' }
    }
    default:
      throw new UnknownStore(store)
  }
}

/** What is needed of it. */
interface MemoryPackage {
  readonly MemoryEventStore: new () => EventStore
}
