import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EventStore } from 'eventcore'
import { expect, it } from 'vitest'
import { storeContract } from '../src/contract/index.ts'

const file = fileURLToPath(new URL('./contract/under-node-test.ts', import.meta.url))

it('the store contract runs under node:test, which knows nothing of Vitest', () => {
  // Node's runner tells its children by this variable that they are children.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=eventcore-source', '--test', '--test-reporter=tap', file],
    { encoding: 'utf8', env },
  )
  expect(stdout).toContain('# fail 0\n')
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(180)
  expect(status).toBe(0)
}, 60_000)

it('a failing test of the store contract names the seed', async () => {
  const bodies: (() => Promise<void>)[] = []
  // No method of a store is there, so every test fails at its first call.
  storeContract('broken', async () => ({ store: {} as EventStore }), {
    describe: (_, body) => body(),
    it: (_, body) => bodies.push(body),
    seed: 4_711,
  })
  await expect(bodies[0]?.()).rejects.toThrow('(seed 4711: set EVENTCORE_TEST_SEED=4711 to repeat it)')
})
