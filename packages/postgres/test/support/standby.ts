import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort, PostgresProcess } from '../../../testing/src/postgres/postgres-process.ts'
import { findServerUser } from '../../../testing/src/postgres/server-user.ts'
import { distributionBinaries, run } from './distribution.ts'

const PASSWORD = 'secret'

/** A primary and a streaming standby of it, both durable. */
export interface ReplicatedServer {
  readonly primary: string
  readonly standby: string
  /** The primary answers a commit only when the standby has it on its disk. */
  waitForStandby(): Promise<void>
  /** From now on nothing reaches the standby. */
  cutReplication(): Promise<void>
  killPrimary(): Promise<void>
  promoteStandby(): Promise<void>
  stop(): Promise<void>
}

export async function startReplicated(): Promise<ReplicatedServer> {
  const bin = distributionBinaries()
  const user = await findServerUser()
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-standby-'))
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, PASSWORD)
  if (user !== undefined) for (const path of [directory, passwordFile]) await chown(path, user.uid, user.gid)
  const at = (name: string): string => join(directory, name)
  await run(
    'initdb',
    [
      '-D',
      at('primary'),
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
    user,
  )

  const binaries = {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    environment: {},
    dispose: async () => {},
  }
  const start = async (name: string, port: number): Promise<PostgresProcess> => {
    const sockets = at(`${name}-sockets`)
    await mkdir(sockets)
    if (user !== undefined) await chown(sockets, user.uid, user.gid)
    return await PostgresProcess.start({
      binaries,
      user,
      directory: sockets,
      dataDirectory: at(name),
      port,
      settings: {
        wal_level: 'replica',
        max_wal_senders: '4',
        hot_standby: 'on',
        wal_receiver_timeout: '60s',
        wal_keep_size: '256MB',
      },
    })
  }
  const urlOf = (port: number): string => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`
  const ports = { primary: await freePort(), standby: await freePort() }
  const primary = await start('primary', ports.primary)
  const from = `host=127.0.0.1 port=${ports.primary} user=postgres password=${PASSWORD} application_name=standby`
  await run('pg_basebackup', ['-D', at('standby'), '-R', '-X', 'stream', '--checkpoint=fast', '-d', from], user)
  const standby = await start('standby', ports.standby)
  const on = async (port: number, sql: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client({ connectionString: urlOf(port) })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  return {
    primary: urlOf(ports.primary),
    standby: urlOf(ports.standby),
    waitForStandby: async () => {
      await on(ports.primary, `alter system set synchronous_standby_names = 'standby'`)
      await on(ports.primary, 'select pg_reload_conf()')
      while ((await on(ports.primary, `select from pg_stat_replication where sync_state = 'sync'`)).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 20))
    },
    cutReplication: async () => {
      const line = (await readFile(join(at('primary'), 'pg_hba.conf'), 'utf8')).replaceAll(
        /^(host +replication.*) password$/gm,
        '$1 reject',
      )
      await writeFile(join(at('primary'), 'pg_hba.conf'), line)
      await on(ports.primary, 'select pg_reload_conf(), pg_sleep(0.2)')
      await on(ports.primary, 'select pg_terminate_backend(pid) from pg_stat_replication')
      while ((await on(ports.primary, 'select from pg_stat_replication')).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 20))
    },
    killPrimary: () => primary.kill(),
    promoteStandby: async () => {
      await on(ports.standby, 'select pg_promote(true, 60)')
    },
    stop: async () => {
      await primary.stop('SIGQUIT')
      await standby.stop('SIGQUIT')
      await rm(directory, { recursive: true })
    },
  }
}
