import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { MovableClock, whyNoMovableClock } from '../../src/torture/faults/movable-clock.ts'

const HOUR_MS = 3_600_000

test('the clock of a running program is moved both ways, or it is said what is missing', async () => {
  const why = whyNoMovableClock()
  if (why !== undefined) {
    expect(why).toContain('libfaketime')
    expect(() => new MovableClock()).toThrow('libfaketime')
    return
  }
  const clock = new MovableClock()
  const program = `process.stdin.on('data', () => console.log(Date.now()))`
  const child = spawn(process.execPath, ['-e', program], { env: { ...process.env, ...clock.environment } })
  const lines = createInterface(child.stdout)
  const ahead = async (): Promise<number> => {
    child.stdin.write('now\n')
    const [now] = await once(lines, 'line')
    return Math.round((Number(now) - Date.now()) / HOUR_MS)
  }
  const seen: number[] = []
  for (const hours of [0, 1, -1, 0]) {
    clock.move(hours * HOUR_MS)
    // Not minus zero.
    seen.push((await ahead()) + 0)
  }
  child.stdin.end()
  await once(child, 'close')
  clock.dispose()
  expect(seen).toEqual([0, 1, -1, 0])
})
