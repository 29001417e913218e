import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStore } from 'eventcore'
import { SeededRandom } from '../workload/seeded-random.ts'
import type { ContractTest } from './contract-section.ts'
import type { OpenedStore, OpenStore, StoreCapabilities } from './open-store.ts'

/** A handle may be a pool of connections: more would test the server, not the store. */
const MOST_HANDLES = 4

/** What one test of the suite plays on: an empty store, more handles on its data, randomness. */
export class Stage {
  readonly random: SeededRandom
  readonly #open: OpenStore
  readonly #capabilities: StoreCapabilities
  readonly #data: OpenedStore
  /** All open stores on the data of this test; the first one is {@link store}. */
  readonly #handles: EventStore[]
  readonly #unrelated: OpenedStore[] = []

  /**
   * Runs one test on a store of its own, and closes afterwards what was opened.
   * @throws what the test throws, with the seed in its message.
   */
  static async play(test: ContractTest, open: OpenStore, capabilities: StoreCapabilities, seed: number): Promise<void> {
    const stage = new Stage(open, await open(), capabilities, seed)
    try {
      await test.run(stage)
    } catch (error) {
      // What the test found matters more than what closing may find after it.
      await stage.#end().catch(() => undefined)
      if (error instanceof Error) error.message += `\n(seed ${seed}: set EVENTCORE_TEST_SEED=${seed} to repeat it)`
      throw error
    }
    await stage.#end()
  }

  private constructor(open: OpenStore, data: OpenedStore, capabilities: StoreCapabilities, seed: number) {
    this.#open = open
    this.#data = data
    this.#handles = [data.store]
    this.#capabilities = capabilities
    this.random = new SeededRandom(seed)
  }

  get store(): EventStore {
    return this.#handles[0] as EventStore
  }

  /** Another empty store, which has nothing to do with {@link store}. */
  async openUnrelated(): Promise<EventStore> {
    const opened = await this.#open()
    this.#unrelated.push(opened)
    return opened.store
  }

  /**
   * So many handles on the same data, for as many who work at once. At most four of them are different ones, and all are
   * the same if the store cannot open several.
   */
  async handles(count: number): Promise<readonly EventStore[]> {
    const different = this.#capabilities.severalHandles ? Math.min(count, MOST_HANDLES) : 1
    while (this.#handles.length < different) await this.openAnother()
    return Array.from({ length: count }, (_, i) => this.#handles[i % this.#handles.length] as EventStore)
  }

  async openAnother(): Promise<EventStore> {
    if (this.#data.openAnother === undefined) throw missing('openAnother', 'severalHandles')
    const store = await this.#data.openAnother()
    this.#handles.push(store)
    return store
  }

  /** Closes all handles and opens the data again. */
  async reopen(): Promise<EventStore> {
    if (this.#data.reopen === undefined) throw missing('reopen', 'reopen')
    for (const store of this.#handles) await store.close()
    this.#handles.splice(0, Number.POSITIVE_INFINITY, await this.#data.reopen())
    return this.store
  }

  async passTime(ms: number): Promise<void> {
    if (this.#data.passTime === undefined) await sleep(ms)
    else await this.#data.passTime(ms)
  }

  async #end(): Promise<void> {
    for (const store of [...this.#handles, ...this.#unrelated.map((opened) => opened.store)]) await store.close()
    for (const opened of [this.#data, ...this.#unrelated]) await opened.cleanup?.()
  }
}

const missing = (member: keyof OpenedStore, capability: keyof StoreCapabilities): Error =>
  new Error(
    `The function that opens the store gave no "${member}". Add it, or declare the capability ${capability}: false.`,
  )
