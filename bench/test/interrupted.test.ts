import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('./fixture/hold-server.ts', import.meta.url))

test('a benchmark that is interrupted leaves neither its server nor its files behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eventcore-bench-test-'))
  // The server runs as a user without rights.
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true }))
  const { EVENTCORE_TEST_POSTGRES_URL: _, ...environment } = process.env
  const child = spawn(process.execPath, [...process.execArgv, program], {
    env: { ...environment, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit') as Promise<[number | null]>
  const [text] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown]
  const url = String(text).trim()
  expect(await readdir(folder)).not.toEqual([])
  child.kill('SIGTERM')
  const [exitCode] = await ended
  expect(exitCode).toBe(143)
  await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow('ECONNREFUSED')
  expect(await readdir(folder)).toEqual([])
})
