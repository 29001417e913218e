import type { Server } from 'node:http'
import { PROBLEM_CONTENT_TYPE } from '@eventcore/hono'
import { createAdaptorServer } from '@hono/node-server'
import type { Position } from 'eventcore'
import { AlarmClock } from '../processes/alarm-clock.ts'
import { shipPaidOrders } from '../processes/ship-paid-orders.ts'
import { shopExecutor } from '../shop-executor.ts'
import type { ShopStore } from '../store/shop-store.ts'
import { createApp } from './app.ts'
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

/** How long requests under way may take after `stop`, in milliseconds. */
const PATIENCE = 10_000

/** Milliseconds between two looks at connections that nobody uses, while it stops. */
const IDLE_EVERY = 20

const MOST_CONNECTIONS = 2_000

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
  const server = httpServer(app.fetch, options.requestTimeoutMs ?? 15_000)
  // Whoever reads before the first event finds empty tables, not none.
  for (const runner of runners) await runner.prepare()
  for (const runner of runners) runner.start()
  alarms.start()
  if (options.stocked !== undefined) await readModels.catalogue.waitFor(options.stocked, { timeoutMs: 30_000 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const stop = async (): Promise<void> => {
    stopping.abort()
    await closed(server)
    await alarms.stop()
    await Promise.all(runners.map((runner) => runner.stop()))
    await executor.close()
    await shop.close()
  }
  let stopped: Promise<void> | undefined
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function httpServer(fetch: (request: Request) => Response | Promise<Response>, requestTimeoutMs: number): Server {
  // Plain HTTP: TLS is the business of what stands before it.
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
    },
  }) as Server
  // Watchers included: each has a connection.
  server.maxConnections = MOST_CONNECTIONS
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy()
    else socket.end(rawProblem(error.code ?? ''))
  })
  return server
}

/** What is wrong with a request that never became one: too slow, too long, or not HTTP. */
const CLIENT_ERRORS: Readonly<Record<string, readonly [status: number, title: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
}

function rawProblem(code: string): string {
  const [status, title] = CLIENT_ERRORS[code] ?? [400, 'Bad Request']
  const body = JSON.stringify({ type: 'about:blank', title, status, code: `HTTP_${status}` })
  return (
    `HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Type: ${PROBLEM_CONTENT_TYPE}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

/** Takes no more connections, and waits for the answers that are due. */
async function closed(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), PATIENCE)
  // A connection that has its answer is kept for the next request, which will not come.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_EVERY)
  await new Promise((resolve) => {
    server.close(resolve)
  })
  clearTimeout(late)
  clearInterval(idle)
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server listens to no port.')
  return address.port
}
