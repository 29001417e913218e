import type { SeededRandom } from '../../workload/seeded-random.ts'
import type { StoreLocation } from '../targets/store-location.ts'
import { LocalWorker } from './local-worker.ts'
import { addFigures, historyFile, noFigures, type WorkFigures, type WorkOrder } from './work.ts'
import type { Worker } from './worker.ts'
import { WorkerProcess } from './worker-process.ts'

export interface CrewOptions extends Omit<WorkOrder, 'slot' | 'incarnation' | 'seed'> {
  readonly processes: number
  readonly location: StoreLocation
  readonly random: SeededRandom
}

/** The processes at work on one store. Who dies is replaced. */
export class Crew {
  readonly #options: CrewOptions
  readonly #seeds: SeededRandom
  readonly #members: Worker[] = []
  readonly #gone: Worker[] = []
  readonly #histories: string[] = []

  constructor(options: CrewOptions) {
    this.#options = options
    this.#seeds = options.random.fork()
    for (let slot = 0; slot < options.processes; slot++) this.#members.push(this.#start(slot, 0))
  }

  get histories(): readonly string[] {
    return this.#histories
  }

  /** Those that ended although nobody had killed them, and what they said. */
  get failures(): readonly string[] {
    return [...this.#gone, ...this.#members].flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
  }

  /** A process that works, at random. */
  async pick(random: SeededRandom): Promise<Worker> {
    const member = random.pick(this.#members)
    await member.ready()
    return member
  }

  async ready(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.ready()))
  }

  /** Kills it and starts another one in its place. */
  async replace(victim: Worker): Promise<void> {
    await victim.kill()
    this.#gone.push(victim)
    const replaced = this.#gone.filter(({ slot }) => slot === victim.slot).length
    this.#members[victim.slot] = this.#start(victim.slot, replaced)
  }

  /** Resolves when no command is under way any more. */
  async finish(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.finish()))
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()))
  }

  /** Of all of them together, those killed included. */
  figures(): WorkFigures {
    const sum = noFigures()
    for (const { figures } of [...this.#gone, ...this.#members]) addFigures(sum, figures)
    return sum
  }

  async kill(): Promise<void> {
    await Promise.all(this.#members.map((member) => (member.running ? member.kill() : undefined)))
  }

  #start(slot: number, incarnation: number): Worker {
    const { processes: _, location, random: __, ...rest } = this.#options
    const seed = this.#seeds.below(2 ** 31)
    this.#histories.push(historyFile(rest.directory, slot, incarnation))
    const order = { ...rest, slot, incarnation, seed }
    return location.kind === 'object' ? new LocalWorker(order, location.store) : new WorkerProcess(order, location)
  }
}
