import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStore } from 'eventcore'
import type { ContractTest } from './contract-section.ts'
import { SeededRandom } from './fixture/seeded-random.ts'
import type { OpenedStore, OpenStore, StoreCapabilities } from './open-store.ts'

/** What one test of the suite plays on: an empty store, more handles on it, randomness. Closes what it opened. */
export class Stage {
  readonly random: SeededRandom
  readonly #open: OpenStore
  readonly #capabilities: StoreCapabilities
  readonly #opened: OpenedStore[] = []
  readonly #stores: EventStore[] = []

  /** @throws what the test throws, with the seed in its message. */
  static async play(test: ContractTest, open: OpenStore, capabilities: StoreCapabilities, seed: number): Promise<void> {
    const stage = new Stage(open, capabilities, seed)
    try {
      await stage.#begin()
      await test.run(stage)
    } catch (error) {
      if (error instanceof Error) error.message += `\n(seed ${seed}: set EVENTCORE_TEST_SEED=${seed} to repeat it)`
      throw error
    } finally {
      await stage.#end()
    }
  }

  private constructor(open: OpenStore, capabilities: StoreCapabilities, seed: number) {
    this.#open = open
    this.#capabilities = capabilities
    this.random = new SeededRandom(seed)
  }

  get store(): EventStore {
    const [store] = this.#stores
    if (store === undefined) throw new Error('The store of this test is not open yet.')
    return store
  }

  /** Another empty store, which has nothing to do with {@link store}. */
  async openUnrelated(): Promise<EventStore> {
    const opened = await this.#open()
    this.#opened.push(opened)
    this.#stores.push(opened.store)
    return opened.store
  }

  /** So many handles on the same data: real ones if the store can open several, else the same one each time. */
  async handles(count: number): Promise<readonly EventStore[]> {
    const handles = [this.store]
    while (handles.length < count)
      handles.push(this.#capabilities.severalHandles ? await this.openAnother() : this.store)
    return handles
  }

  async openAnother(): Promise<EventStore> {
    const openAnother = this.#opened[0]?.openAnother
    if (openAnother === undefined) throw missing('openAnother', 'severalHandles')
    const store = await openAnother()
    this.#stores.push(store)
    return store
  }

  /** Closes all handles and opens the data again. */
  async reopen(): Promise<EventStore> {
    const reopen = this.#opened[0]?.reopen
    if (reopen === undefined) throw missing('reopen', 'reopen')
    for (const store of this.#stores.splice(0)) await store.close()
    const store = await reopen()
    this.#stores.unshift(store)
    return store
  }

  async passTime(ms: number): Promise<void> {
    const passTime = this.#opened[0]?.passTime
    if (passTime === undefined) await sleep(ms)
    else await passTime(ms)
  }

  async #begin(): Promise<void> {
    await this.openUnrelated()
  }

  async #end(): Promise<void> {
    for (const store of this.#stores) await store.close()
    for (const opened of this.#opened) await opened.cleanup?.()
  }
}

const missing = (member: keyof OpenedStore, capability: keyof StoreCapabilities): Error =>
  new Error(
    `The function that opens the store gave no "${member}". Add it, or declare the capability ${capability}: false.`,
  )
