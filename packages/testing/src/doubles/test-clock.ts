import { InvalidOptions } from 'eventcore'

/** 2026-01-01T00:00:00Z. */
const START = 1_767_225_600_000

/**
 * A clock that goes when it is told to. Give {@link now} wherever the library asks for the time:
 * `new CommandExecutor(store, { now: clock.now })`, `new MemoryEventStore({ now: clock.now })`.
 */
export class TestClock {
  #time: number

  /** Milliseconds since the epoch. Default: the first moment of 2026, UTC. */
  constructor(start: number | Date = START) {
    this.#time = moment('start', start)
  }

  /** Milliseconds since the epoch. Bound to this clock: hand it over as it is. */
  readonly now = (): number => this.#time

  /** Lets time pass. Not backwards: {@link set} does that. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0) || !Number.isFinite(milliseconds))
      throw new InvalidOptions('milliseconds', milliseconds, 'a number of at least 0')
    this.#time += milliseconds
  }

  /** Sets the time, backwards too: clocks of real machines do that. */
  set(time: number | Date): void {
    this.#time = moment('time', time)
  }
}

function moment(option: string, time: number | Date): number {
  const milliseconds = Number(time)
  if (!Number.isFinite(milliseconds)) throw new InvalidOptions(option, milliseconds, 'a moment')
  return milliseconds
}
