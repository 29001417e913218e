import type { Participant } from '../participant.ts'

/** By name. Loaded one at a time, so that no process holds code of another library. */
export const PARTICIPANTS: Readonly<Record<string, () => Promise<Participant>>> = {
  eventcore: async () => (await import('./eventcore.ts')).eventcorePostgres,
  'eventcore-sqlite': async () => (await import('./eventcore.ts')).eventcoreSqlite,
  emmett: async () => (await import('./emmett-postgres.ts')).emmettPostgres,
  'emmett-sqlite': async () => (await import('./emmett-sqlite.ts')).emmettSqlite,
  castore: async () => (await import('./castore.ts')).castore,
  'dcb-es': async () => (await import('./dcb-es.ts')).dcbEs,
  orgops: async () => (await import('./orgops.ts')).orgops,
}

export async function participantNamed(name: string): Promise<Participant> {
  const load = PARTICIPANTS[name]
  if (load === undefined)
    throw new Error(`There is no participant "${name}". There are ${Object.keys(PARTICIPANTS).join(', ')}.`)
  return await load()
}
