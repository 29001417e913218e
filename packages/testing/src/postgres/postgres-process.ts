import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { ServerUser } from './server-user.ts'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000
const LOG_TAIL = 4_000

export interface PostgresProcessOptions {
  readonly binaries: PostgresBinaries
  readonly user: ServerUser | undefined
  readonly directory: string
  readonly dataDirectory: string
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
}

/** One running `postgres`, a direct child of this process: so it can be waited for when it was killed. */
export class PostgresProcess {
  readonly #child: ChildProcess
  readonly #killWithUs = (): void => {
    this.#child.kill('SIGQUIT')
  }
  readonly #log: string

  static async start(options: PostgresProcessOptions): Promise<PostgresProcess> {
    const server = new PostgresProcess(options)
    await server.#untilReady()
    return server
  }

  private constructor({ binaries, user, directory, dataDirectory, port, settings }: PostgresProcessOptions) {
    const flags = Object.entries({
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: process.platform === 'win32' ? '' : directory,
      ...settings,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    // Not a pipe: once it is full the server waits for us to read, and we may be blocked ourselves, waiting for the server.
    this.#log = join(directory, `log-${port}`)
    const log = openSync(this.#log, 'w')
    this.#child = spawn(binaries.postgres, ['-D', dataDirectory, ...flags], {
      cwd: directory,
      env: { ...process.env, ...binaries.environment, LC_MESSAGES: 'C' },
      stdio: ['ignore', 'ignore', log],
      ...user,
    })
    closeSync(log)
    process.once('exit', this.#killWithUs)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** `SIGTERM` waits for clients, `SIGINT` ends them and shuts down in order, `SIGQUIT` leaves recovery to the next start. */
  async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    await this.#end(() => this.#child.kill(signal))
  }

  /** As a loss of power would: every process of the server is killed at once, none can say goodbye. */
  async kill(): Promise<void> {
    const children = (await processes()).filter(({ parent }) => parent === this.pid).map(({ pid }) => pid)
    await this.#end(() => {
      // The parent first: it would take the death of a child for a crash and restart the others.
      this.#child.kill('SIGKILL')
      for (const pid of children) killQuietly(pid)
    })
    // The next start refuses to run while one of them still holds the shared memory.
    while ((await processes()).some(({ pid, ended }) => !ended && children.includes(pid))) await sleep(5)
  }

  async #end(end: () => void): Promise<void> {
    process.off('exit', this.#killWithUs)
    if (!this.running) return
    const exited = once(this.#child, 'exit')
    end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exited
    clearTimeout(timer)
  }

  async #untilReady(): Promise<void> {
    const start = performance.now()
    for (;;) {
      const log = await endOf(this.#log)
      if (log.includes('ready to accept')) return
      if (!this.running) throw new Error(`PostgreSQL did not start:\n${await endOf(this.#log)}`)
      if (performance.now() - start > START_TIMEOUT_MS) {
        await this.stop('SIGQUIT')
        throw new Error(`PostgreSQL was not ready after ${START_TIMEOUT_MS / 1_000} s:\n${log}`)
      }
      await sleep(5)
    }
  }
}

async function endOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOG_TAIL), 0, LOG_TAIL, Math.max(0, size - LOG_TAIL))
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}

interface RunningProcess {
  readonly pid: number
  readonly parent: number
  /** Only its exit code is left, until its parent asks for it. */
  readonly ended: boolean
}

async function processes(): Promise<RunningProcess[]> {
  if (process.platform === 'win32') return []
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat='])
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/)
    return state === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), ended: state.startsWith('Z') }]
  })
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
