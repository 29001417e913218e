import { expect, it } from 'vitest'
import { disturbedLoad, disturbedServer, endBackends, killServer, swallowAnAnswer } from './support/disturbed-load.ts'

const server = disturbedServer()

const DISTURBANCES = [
  ['20 kills of the server', { disturb: killServer, times: 20, commands: 400 }],
  ['100 times all sessions ended', { disturb: endBackends, times: 100, commands: 100 }],
  ['200 answers lost', { disturb: swallowAnAnswer, times: 200, commands: 50 }],
] as const

it.each(
  DISTURBANCES.flatMap(([name, disturbance]) =>
    (['store', 'executor'] as const).map((through) => [name, through, disturbance] as const),
  ),
)('%s, through the %s', async (name, through, disturbance) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const run = await disturbedLoad({ server: server(), seed, through, ...disturbance })
  const told = `${name}, through the ${through}, seed ${seed}: disturbed ${run.disturbances} times, ${run.unknownAppends} appends without an answer. ${run.explain()}`
  process.stdout.write(`${told}\n`)
  expect(run.disturbances, told).toBeGreaterThan(disturbance.times * 0.8)
  expect(run.ok, told).toBe(true)
  expect([run.failed, run.unknown], told).toEqual([0, 0])
})
