import type { Position } from 'eventcore'
import { startServer } from './http/server.ts'
import type { Options } from './options.ts'
import { stockSample } from './sample/stock-sample.ts'
import { shopExecutor } from './shop-executor.ts'
import { describeStore, openShop } from './store/open-shop.ts'
import type { ShopStore } from './store/shop-store.ts'

/** Opens the shop, and serves until somebody wants it to end. */
export async function serve({ store, host, port, payWithin }: Options, say: (text: string) => void): Promise<void> {
  const shop = await openShop(store)
  const ended = Promise.withResolvers<void>()
  try {
    const stocked = (await shop.events.headCursor()) === undefined ? await fill(shop) : undefined
    const log = (error: unknown): void => console.error(error)
    const server = await startServer(shop, { host, port, payWithin, log, stocked })
    say(`The shop is open: ${server.url} (${describeStore(store)}). Ctrl-C closes it.\n`)
    // A second signal ends the process at once, as it does without us.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve(server.stop()))
    await ended.promise
  } finally {
    await shop.close()
  }
}

async function fill({ events }: ShopStore): Promise<Position | undefined> {
  const executor = shopExecutor(events)
  const position = await stockSample(executor)
  await executor.close()
  return position
}
