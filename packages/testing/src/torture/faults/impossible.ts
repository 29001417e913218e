import type { FaultKind } from './fault-kind.ts'

const none = (kinds: readonly FaultKind[], why: string): Readonly<Partial<Record<FaultKind, string>>> =>
  Object.fromEntries(kinds.map((kind) => [kind, why]))

const NETWORK = ['cut', 'cut-reply', 'lose-reply', 'delay', 'silence'] as const
const SESSIONS = ['end-backends', 'cancel-backend'] as const
const SERVER_PROCESSES = ['pause-backend', 'kill-server', 'restart-server', 'server-io-error', 'server-clock'] as const

/** For a store that lives in the processes of its clients. */
export const NO_SERVER = none(
  [...NETWORK, ...SESSIONS, ...SERVER_PROCESSES],
  'the store has no server and no connections',
)

/** For a server that was there before. */
export const NOT_OUR_SERVER = none(SERVER_PROCESSES, 'the server is not ours: name none, and one is started')

/** For a store that lives in this process. */
export const NO_PROCESSES = none(
  ['kill', 'kill-in-flush', 'pause', 'io-error', 'disk-full'],
  'the store lives in one process: give it as a module to have several',
)

export const UNKNOWN_STORE = none(
  [...NETWORK, ...SESSIONS, ...SERVER_PROCESSES, 'disk-full'],
  'it is not known where a store of your own keeps its data',
)
