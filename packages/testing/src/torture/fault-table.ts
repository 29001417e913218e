import type { FaultKind } from './faults/fault-kind.ts'
import type { TortureOptions } from './torture-options.ts'

/** One long run, and the row of the fault table in docs/guarantees.md that it fills. */
export interface FaultRow {
  readonly name: string
  readonly title: string
  readonly options: Partial<TortureOptions>
}

const only = (...faults: readonly FaultKind[]): { readonly faults: readonly FaultKind[] } => ({ faults })

const everywhere: readonly FaultRow[] = [
  { name: 'none', title: 'none: all workloads', options: { ...only(), seconds: 60, roundSeconds: 20, processes: 2 } },
  {
    name: 'hot',
    title: 'none: hot contention, 16 clients on 12 streams',
    options: { ...only(), seconds: 120, roundSeconds: 60, processes: 2, clients: 8, workloads: ['hotSet'] },
  },
  {
    name: 'pause',
    title: 'processes stopped up to 1.5 s (SIGSTOP), leases of 0.4 s',
    options: { ...only('pause'), until: { pause: 50 } },
  },
  { name: 'clock', title: 'clocks of clients jump', options: { ...only('clock'), until: { clock: 100 } } },
]

export const sqliteRows: readonly FaultRow[] = [
  ...everywhere,
  {
    name: 'kill',
    title: 'client process killed, in the middle of flushes too',
    options: { ...only('kill', 'kill-in-flush'), until: { kill: 150, 'kill-in-flush': 100 } },
  },
  {
    name: 'io-error',
    title: 'EIO from the n-th write or flush on',
    options: { ...only('io-error'), until: { 'io-error': 100 } },
  },
  {
    name: 'disk-full',
    title: 'disk full (tmpfs of 24 MB)',
    options: { ...only('disk-full'), until: { 'disk-full': 30 }, diskMegabytes: 24, seconds: 10, roundSeconds: 8 },
  },
  {
    name: 'contention',
    title: '4 processes, slow commands and bulk on one file',
    options: { ...only(), seconds: 40, roundSeconds: 20, processes: 4, workloads: ['longReader', 'hotSet', 'bulk'] },
  },
]

export const postgresRows: readonly FaultRow[] = [
  ...everywhere,
  { name: 'kill', title: 'client process killed', options: { ...only('kill'), until: { kill: 200 } } },
  {
    name: 'kill-server',
    title: 'server killed, all processes at once',
    options: { ...only('kill-server'), until: { 'kill-server': 120 }, roundSeconds: 30 },
  },
  {
    name: 'restart-server',
    title: 'server shut down in order and restarted',
    options: { ...only('restart-server'), until: { 'restart-server': 20 } },
  },
  {
    name: 'server-io-error',
    title: 'EIO from the n-th write or flush of the server on',
    options: { ...only('server-io-error'), until: { 'server-io-error': 30 } },
  },
  {
    name: 'disk-full',
    title: 'disk full (tmpfs of 400 MB)',
    options: { ...only('disk-full'), until: { 'disk-full': 20 }, diskMegabytes: 400 },
  },
  {
    name: 'network',
    title: 'connections cut, torn, half-open, slow; answers lost',
    options: {
      ...only('cut', 'cut-reply', 'lose-reply', 'delay', 'silence'),
      until: { 'lose-reply': 100, cut: 100, silence: 30 },
    },
  },
  {
    name: 'sessions',
    title: 'sessions ended, statements cancelled',
    options: { ...only('end-backends', 'cancel-backend'), until: { 'end-backends': 100, 'cancel-backend': 100 } },
  },
  {
    name: 'pause-backend',
    title: 'server processes stopped in the middle of a statement, up to 1.5 s',
    options: { ...only('pause-backend'), until: { 'pause-backend': 50 } },
  },
  {
    name: 'server-clock',
    title: 'clock of the server jumps by up to an hour, while the owners of the read model are killed and stopped',
    options: { ...only('server-clock', 'kill', 'pause'), until: { 'server-clock': 200, kill: 30, pause: 30 } },
  },
  {
    name: 'pool',
    title: 'pool of 2 connections, 64 clients per process',
    options: { ...only(), seconds: 20, clients: 64, maxConnections: 2 },
  },
]

/** Everything at once. */
export const ALL: FaultRow = { name: 'all', title: 'all of it at once', options: { seconds: 300 } }
