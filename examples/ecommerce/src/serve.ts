import { startServer } from './http/server.ts'
import type { Options } from './options.ts'
import { stockSample } from './sample/stock-sample.ts'
import { shopExecutor } from './shop-executor.ts'
import { describeStore, openShop } from './store/open-shop.ts'

/** Opens the shop, and serves until somebody wants it to end. */
export async function serve({ store, host, port, payWithin }: Options, say: (text: string) => void): Promise<void> {
  const shop = await openShop(store)
  const ended = Promise.withResolvers<void>()
  try {
    if ((await shop.events.headCursor()) === undefined) {
      const executor = shopExecutor(shop.events)
      await stockSample(executor)
      await executor.close()
    }
    const log = (error: unknown): void => console.error(error)
    const server = await startServer(shop, { host, port, payWithin, log })
    say(`The shop is open: ${server.url} (${describeStore(store)}). Ctrl-C closes it.\n`)
    // A second signal ends the process at once, as it does without us.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve(server.stop()))
    await ended.promise
  } finally {
    await shop.close()
  }
}
