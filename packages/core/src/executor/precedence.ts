import type { Job } from './job.ts'
import type { NeededStream } from './needed-streams.ts'
import type { Reservations } from './reservations.ts'
import type { TurnTaking } from './turn-taking.ts'

/** Which commands have to wait for which, while a batch is put together. */
export class Precedence {
  readonly #reservations: Reservations
  readonly #turns: TurnTaking
  #assemblies = 0

  constructor(reservations: Reservations, turns: TurnTaking) {
    this.#reservations = reservations
    this.#turns = turns
  }

  /** Another batch is put together: nobody waits yet. */
  beginAssembly(): void {
    this.#assemblies++
  }

  /**
   * Whether somebody else has the command's streams now: a batch under way, other processes whose turn it is, a command that goes first,
   * or an earlier command that waits itself and would starve if later ones passed it.
   */
  mustWait(job: Job): boolean {
    // Those that wait for a reservation must not hold up its owner.
    const goesFirst = job.reserved.length > 0
    const { list: needed } = job.needed
    for (let i = 0; i < needed.length; i++) {
      const { entry, reference } = needed[i] as NeededStream
      const taken =
        entry.isBeingWritten ||
        (reference.access === 'read-write' && (entry.readers > 0 || this.#turns.isForOthers(entry)))
      const isWaitedFor = entry.waitedForIn === this.#assemblies && !goesFirst
      if (!taken && !isWaitedFor && !this.#reservations.bars(entry, job)) continue
      for (const one of needed) one.entry.waitedForIn = this.#assemblies
      return true
    }
    return false
  }
}
