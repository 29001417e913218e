import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hotspotsIn, profiled } from '../src/harness/cpu-profile.ts'
import { seededRandom, zipf } from '../src/harness/random.ts'
import { cpuOfProcessTree } from '../src/harness/server-cpu.ts'
import { WireCounter } from '../src/harness/wire-counter.ts'
import { commandLine } from '../src/results/command-line.ts'

function message(type: string, body: string): Buffer {
  const bytes = Buffer.alloc(type.length + 4 + body.length)
  bytes.write(type)
  bytes.writeInt32BE(4 + body.length, type.length)
  bytes.write(body, type.length + 4)
  return bytes
}

test('round trips are counted wherever the network cuts the messages, and texts that look like messages are not', async () => {
  const sink = createServer((socket) => socket.resume().on('error', () => {})).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  onTestFinished(() => void sink.close())
  const { port } = sink.address() as AddressInfo
  const { counter, url } = await WireCounter.start(`postgres://user@127.0.0.1:${port}/database`)
  onTestFinished(() => counter.stop())
  const client = connect(Number(new URL(url).port), '127.0.0.1')
  client.setNoDelay(true)
  const bytes = Buffer.concat([
    message('', 'the first message has no type: Q S Q S'),
    ...Array.from({ length: 5 }, () => [message('P', 'SSSSQQQQ'), message('B', ''), message('S', '')]).flat(),
    message('Q', 'select 1'),
    message('X', ''),
  ])
  for (let at = 0; at < bytes.length; at += 7) {
    client.write(bytes.subarray(at, at + 7))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect.poll(() => counter.asked).toBe(6)
  client.destroy()
})

test('a profile names the function that the time went to', { timeout: 30_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-profile-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await profiled(directory, async () => {
    burn()
  })
  expect((await hotspotsIn(directory, 1))[0]?.where).toContain('burn harness.test.ts')
})

function burn(): number {
  let sum = 0
  for (let i = 0; i < 20_000_000; i++) sum = (sum + i) % 1_000_003
  return sum
}

test.runIf(process.platform === 'linux')('the CPU of a process is counted', { timeout: 30_000 }, async () => {
  const before = (await cpuOfProcessTree(process.pid)) ?? Number.NaN
  burn()
  burn()
  expect((await cpuOfProcessTree(process.pid)) ?? Number.NaN).toBeGreaterThan(before)
})

test('Zipf draws the first twice as often as the second', () => {
  const draw = zipf(100, seededRandom(7))
  const drawn = Array.from({ length: 20_000 }, draw)
  const times = (wanted: number): number => drawn.filter((number) => number === wanted).length
  expect(times(0) / times(1)).toBeGreaterThan(1.8)
  expect(times(0) / times(1)).toBeLessThan(2.2)
  expect(Math.max(...drawn)).toBeLessThan(100)
})

test('the command that repeats a run leaves out where its results went', () => {
  const args = ['transfer', '--label', 'a trial', '--out', 'somewhere.json', '--store', 'sqlite']
  expect(commandLine('npm run bench', args)).toBe('npm run bench -- transfer --store sqlite')
  expect(commandLine('npm run bench', [])).toBe('npm run bench')
})
