import { asPosition, type NewDeadLetter } from 'eventcore'

/** One of the projection `p@1`, for the event at this position. */
export const letter = (position: number, more: Partial<NewDeadLetter> = {}): NewDeadLetter => ({
  projection: 'p@1',
  eventId: '00000000-0000-7000-8000-000000000001',
  stream: 'a',
  version: position,
  type: 'Noted',
  position: asPosition(String(position)),
  commandId: `command-${position}`,
  reason: 'failed',
  error: 'out of order',
  attempts: 1,
  parkedAt: 1_764_000_000_000,
  ...more,
})
