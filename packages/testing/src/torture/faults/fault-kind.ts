/** Everything that is done to a run. */
export const FAULT_KINDS = [
  'kill',
  'kill-in-flush',
  'pause',
  'clock',
  'io-error',
  'disk-full',
  'cut',
  'cut-reply',
  'lose-reply',
  'delay',
  'silence',
  'end-backends',
  'cancel-backend',
  'pause-backend',
  'kill-server',
  'restart-server',
  'server-io-error',
  'server-clock',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]
