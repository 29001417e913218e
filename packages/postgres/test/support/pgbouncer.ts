import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The user `nobody`: a pooler does not run as root. */
const NOBODY = 65_534

export interface PgBouncer {
  /** The URL of a database of the server, through the pooler. */
  through(url: string): string
  stop(): Promise<void>
}

/**
 * Starts pgbouncer in transaction mode with few connections before a server, as the distribution ships it: it knows none of
 * the settings that drivers like to send with the log-in, and no prepared statements.
 */
export async function startPgBouncer(serverUrl: string): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(serverUrl)
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-pgbouncer-'))
  const listenPort = await freePort()
  const config = join(directory, 'pgbouncer.ini')
  await writeFile(
    config,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 500
`,
  )
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if (process.getuid?.() === 0) for (const path of [directory, config]) await chown(path, NOBODY, NOBODY)
  const bouncer = spawn('pgbouncer', [config], { ...user, stdio: ['ignore', 'ignore', 'pipe'] })
  await untilListening(bouncer)
  return {
    through: (url) => {
      const through = new URL(url)
      through.hostname = '127.0.0.1'
      through.port = String(listenPort)
      return through.href
    },
    stop: async () => {
      const exited = once(bouncer, 'exit')
      bouncer.kill('SIGTERM')
      await exited
      await rm(directory, { recursive: true })
    },
  }
}

async function untilListening(bouncer: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    bouncer.on('error', (cause) => reject(new Error('pgbouncer is needed: apt-get install pgbouncer.', { cause })))
    bouncer.on('exit', () => reject(new Error(`pgbouncer did not start:\n${log}`)))
    bouncer.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (log.includes('process up')) resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
