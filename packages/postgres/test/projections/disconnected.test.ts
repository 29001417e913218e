import { afterAll, expect, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { CUT_OFF, disconnectOwners, SESSIONS_ENDED } from './disconnected.ts'

afterAll(dropDatabases)

it('of three the owner loses its sessions and its network, in the middle of its work: somebody goes on, and no event counts twice', async () => {
  const found = await disconnectOwners({ rounds: 2, leaseMs: 300, seed: 1 })
  expect(found).toMatchObject({
    right: true,
    overlaps: 0,
    ended: 0,
    after: { [SESSIONS_ENDED]: { times: 2 }, [CUT_OFF]: { times: 2, kept: 0 } },
  })
}, 120_000)
