import { describe, expect, it } from 'vitest'
import { disturbedLoad, disturbedServer, endBackends, killServer, swallowAnAnswer } from './support/disturbed-load.ts'

const server = disturbedServer()

const DISTURBANCES = [
  ['the server is killed', { disturb: killServer, times: 3, commands: 100 }],
  ['all its sessions are ended', { disturb: endBackends, times: 5, commands: 60 }],
  ['the answer to an append gets lost', { disturb: swallowAnAnswer, times: 10, commands: 30 }],
] as const

describe.each(DISTURBANCES)('nothing is lost, torn or done twice when %s', (_, disturbance) => {
  it.each(['store', 'executor'] as const)(
    'through the %s',
    async (through) => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const run = await disturbedLoad({ server: server(), seed, through, ...disturbance })
      const told = `seed ${seed}, disturbed ${run.disturbances} times, ${run.unknownAppends} appends without an answer. ${run.explain()}`
      expect(run.ok, told).toBe(true)
      expect(run.committed, told).toBeGreaterThan(200)
      expect(run.disturbances, told).toBeGreaterThan(disturbance.times / 2)
      expect(run.unknownAppends, told).toBeGreaterThan(0)
      // Everybody was told in the end.
      expect([run.failed, run.unknown], told).toEqual([0, 0])
    },
    120_000,
  )
})
