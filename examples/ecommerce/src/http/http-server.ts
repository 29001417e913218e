import type { Server } from 'node:http'
import { PROBLEM_CONTENT_TYPE } from '@eventcore/hono'
import { createAdaptorServer } from '@hono/node-server'
import { Problem } from '../problem.ts'

/** How long requests under way may take after `stop`, in milliseconds. */
const PATIENCE = 10_000

/** Milliseconds between two looks at connections that nobody uses, while it stops. */
const IDLE_EVERY = 20

const MOST_CONNECTIONS = 2_000

/** Plain HTTP: TLS is the business of what stands before it. */
export function createHttpServer(
  fetch: (request: Request) => Response | Promise<Response>,
  requestTimeoutMs: number,
): Server {
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
export async function closeServer(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), PATIENCE)
  // A connection that has its answer is kept for the next request, which will not come.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_EVERY)
  await new Promise((resolve) => {
    server.close(resolve)
  })
  clearTimeout(late)
  clearInterval(idle)
}

/**
 * @returns its URL
 * @throws Problem (`PORT_TAKEN`)
 */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(host, port, cause))).listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server listens to no port.')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

const cannotListen = (host: string, port: number, cause: Error): Problem =>
  new Problem(
    'PORT_TAKEN',
    `The shop cannot listen to port ${port} of ${host}: ${cause.message}. Choose another with --port.`,
    {
      cause,
    },
  )
