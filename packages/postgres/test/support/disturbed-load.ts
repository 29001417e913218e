import { type PostgresControl, type PostgresServer, startPostgres } from '@eventcore/testing'
import { executorClient, raceAndCheck, SeededRandom, workloads } from '@eventcore/testing/checker'
import { CommitOutcomeUnknown, type EventStore } from 'eventcore'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { PostgresEventStore } from '../../src/index.ts'
import { TcpProxy } from './tcp-proxy.ts'

type CheckedRun = Awaited<ReturnType<typeof raceAndCheck>>

/** What can be broken while clients work. */
export interface Disturbed {
  readonly control: PostgresControl
  /** Between the stores and the server. */
  readonly proxy: TcpProxy
  /** Of the server itself. */
  readonly url: string
  readonly random: SeededRandom
}

export interface DisturbedLoadOptions {
  /** A durable one of the test's own. */
  readonly server: PostgresServer
  readonly seed: number
  readonly times: number
  readonly disturb: (disturbed: Disturbed) => Promise<void>
  /** How many commands are executed for each disturbance. */
  readonly commands: number
  readonly through: 'store' | 'executor'
}

export interface DisturbedRun extends CheckedRun {
  /** Appends whose answer got lost. */
  readonly unknownAppends: number
  /** How many there were before all commands were executed. */
  readonly disturbances: number
}

/** A server that a test file can kill as it likes: to start one takes seconds. */
export function disturbedServer(): () => PostgresServer {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await startPostgres({ durable: true, own: true })
  })
  afterAll(() => server?.stop())
  return () => {
    if (server === undefined) throw new Error('The server is there when tests run, and not before.')
    return server
  }
}

/** Lets clients work on a durable server while something is broken again and again, and judges what they were told. */
export async function disturbedLoad(options: DisturbedLoadOptions): Promise<DisturbedRun> {
  const { server, seed, times, disturb, commands, through } = options
  const { control } = server
  if (control === undefined) throw new Error('A server of our own can be controlled.')
  const database = await server.createDatabase()
  const { url } = database
  const proxy = await TcpProxy.before(url)
  const stores: PostgresEventStore[] = []
  let unknownAppends = 0
  let answered = 0
  try {
    for (let i = 0; i < 2; i++)
      stores.push(await PostgresEventStore.open({ url: proxy.through(url), connectTimeoutMs: 2_000 }))
    const random = new SeededRandom(seed)
    const handles = stores.map((store) =>
      watched(store, { onAnswer: () => answered++, onUnknown: () => unknownAppends++ }),
    )
    const race = raceAndCheck(handles, workloads.hotSet(), {
      seed: random.below(2 ** 31),
      // Those of the last share end in peace.
      commands: (times + 1) * commands,
      // While the server is down an attempt fails at once.
      maxAttempts: 1_000_000,
      followers: 0,
      check: { witness: 'commits' },
      ...(through === 'executor'
        ? { client: executorClient({ executorOptions: { maxAttempts: 1_000_000, timeoutMs: 60_000 } }) }
        : {}),
    })
    let over = false
    const ended = race.finally(() => {
      over = true
    })
    let disturbances = 0
    for (; disturbances < times; disturbances++) {
      // At any moment of a share of its own.
      const at = Math.floor(commands * (disturbances + 0.1 + 0.5 * random.next()))
      while (answered < at && !over) await new Promise((resolve) => setTimeout(resolve, 1))
      if (over) break
      await Promise.race([disturb({ control, proxy, url, random }), ended])
    }
    return { ...(await ended), unknownAppends, disturbances }
  } finally {
    for (const store of stores) await store.close()
    await proxy.close()
    await database.drop()
  }
}

/** All processes of the server at once, as a loss of power would, then recovery. */
export async function killServer({ control }: Disturbed): Promise<void> {
  await control.kill()
  await control.start()
}

/** Every session of the stores, whatever it is doing. */
export async function endBackends({ url }: Disturbed): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'eventcore' and pid <> pg_backend_pid()`,
  )
  await client.end()
}

/** The answer to an append: the server has done it, or not, and nobody is told. */
export async function swallowAnAnswer({ proxy }: Disturbed): Promise<void> {
  await proxy.swallowReply((reply) => reply.includes('first_position'))
}

interface Watcher {
  readonly onAnswer: () => void
  readonly onUnknown: () => void
}

function watched(store: EventStore, { onAnswer, onUnknown }: Watcher): EventStore {
  const append: EventStore['append'] = async (commits) => {
    try {
      const results = await store.append(commits)
      for (const { status } of results) if (status !== 'conflict') onAnswer()
      return results
    } catch (error) {
      if (error instanceof CommitOutcomeUnknown) onUnknown()
      throw error
    }
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'append') return append
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
