import type { Position } from 'eventcore'
import { AlarmClock } from '../processes/alarm-clock.ts'
import { shipPaidOrders } from '../processes/ship-paid-orders.ts'
import { shopExecutor } from '../shop-executor.ts'
import type { ShopStore } from '../store/shop-store.ts'
import { createApp } from './app.ts'
import { closeServer, createHttpServer, listen } from './http-server.ts'
import { OperationsLog } from './operations-log.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
  readonly payWithin: number
  readonly log: (error: unknown) => void
  /** The shop was filled up to here: whoever comes in first is to see it. */
  readonly stocked?: Position | undefined
  /** Milliseconds until a request must be here, headers and body. Default 15,000. */
  readonly requestTimeoutMs?: number
}

export interface RunningServer {
  readonly url: string
  /** Takes no more requests, answers those under way, ends streams, and closes the shop. */
  stop(): Promise<void>
}

/** Runs the shop: its read models, its processes and its web server. */
export async function startServer(shop: ShopStore, options: ServerOptions): Promise<RunningServer> {
  const { host, port, payWithin, log } = options
  const stopping = new AbortController()
  const operations = new OperationsLog()
  const executor = shopExecutor(shop.events, { onRetry: (retry) => operations.retried(retry) })
  const readModels = shop.readModels()
  const shipping = shop.reactor(shipPaidOrders, { executor })
  const alarms = new AlarmClock(shop.database, executor, { onError: log })
  const runners = [...Object.values(readModels), shipping]
  const app = createApp({ shop, executor, readModels, runners, operations, payWithin, stopping: stopping.signal, log })
  const server = createHttpServer(app.fetch, options.requestTimeoutMs ?? 15_000)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await closeServer(server)
    await alarms.stop()
    await Promise.all(runners.map((runner) => runner.stop()))
    await executor.close()
    await shop.close()
  }
  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => {
    stopped ??= stop()
    return stopped
  }
  try {
    // Whoever reads before the first event finds empty tables, not none.
    for (const runner of runners) await runner.prepare()
    for (const runner of runners) runner.start()
    alarms.start()
    if (options.stocked !== undefined) await readModels.catalogue.waitFor(options.stocked, { timeoutMs: 30_000 })
    return { url: await listen(server, host, port), stop: stopOnce }
  } catch (error) {
    await stopOnce()
    throw error
  }
}
