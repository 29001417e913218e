import { afterAll, expect, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { CUT_OFF, disconnectOwners, SESSIONS_ENDED } from './disconnected.ts'

afterAll(dropDatabases)

it('of three the owner loses its sessions and its network, 30 times each', async () => {
  const found = await disconnectOwners({ rounds: 30, leaseMs: 300, seed: 1 })
  process.stdout.write(`disconnected, leases of 300 ms: ${JSON.stringify(found)}\n`)
  expect(found).toMatchObject({
    right: true,
    overlaps: 0,
    ended: 0,
    after: { [SESSIONS_ENDED]: { times: 30 }, [CUT_OFF]: { times: 30, kept: 0 } },
  })
}, 1_800_000)
