import { expect, test } from 'vitest'
import { SeededRandom } from '../src/workload/seeded-random.ts'
import { soundCommands } from './checker/sound-run.ts'
import { kindsOf, withCall, withLog } from './checker/verdicts.ts'
import { eventId, type WrittenCommand, type WrittenRun, written } from './checker/written-history.ts'

/** Plants one fault into a long sound history, at a command that is right in it. */
type Fault = (commands: readonly WrittenCommand[], victim: WrittenCommand, random: SeededRandom) => WrittenRun

const replaced = (commands: readonly WrittenCommand[], victim: WrittenCommand, change: Partial<WrittenCommand>) =>
  commands.map((command) => (command === victim ? { ...command, ...change } : command))

const reading = (commands: readonly WrittenCommand[], victim: WrittenCommand, shift: number) => {
  const [stream, version] = Object.entries(victim.reads ?? {}).find(([, at]) => at + shift >= 0) ?? ['s0', 1]
  return withCall(written(commands), victim.id, (call) => ({
    ...call,
    reads: call.reads.map((read) => (read.stream === stream ? { stream, version: version + shift } : read)),
  }))
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'lost acknowledgement': (commands, victim) => written(replaced(commands, victim, { visible: [] })),
  'torn commit': (commands, victim) =>
    written(replaced(commands, victim, { writes: [...(victim.writes ?? []), 's-new'], visible: [0] })),
  'stale read': (commands, victim) => reading(commands, victim, -1),
  'future read': (commands, victim) => reading(commands, victim, 1),
  'failed but visible': (commands, victim) => written(replaced(commands, victim, { status: 'fail' })),
  'duplicate version': (commands, victim) =>
    withLog(written(commands), (log) => {
      const at = log.findIndex(({ id }) => id === eventId(victim.id, 0))
      return log.toSpliced(at + 1, 0, ...log.slice(at, at + 1).map((event) => ({ ...event, id: 'intruder' })))
    }),
  'fractured query': (commands, victim) => {
    const [stream = 's0'] = victim.writes ?? []
    const other = Object.keys(victim.reads ?? {}).find((name) => name !== stream) ?? 's1'
    const versions = (until: number, name: string) =>
      commands.slice(0, until).flatMap(({ writes = [] }) => writes.filter((w) => w === name)).length
    const overwriter = commands.findIndex((c, i) => i > commands.indexOf(victim) && c.writes?.includes(other))
    const later = overwriter === -1 ? commands.length : overwriter + 1
    const query = {
      id: 'query',
      reads: { [stream]: versions(commands.indexOf(victim), stream), [other]: versions(later, other) },
    }
    return written([...commands, { ...query, at: [-100, commands.length * 20] }])
  },
}

test.each(Object.entries(FAULTS))('%s: flagged every time, in 40 histories', (_name, plant) => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(seed)
    const commands = soundCommands(random, 200, 12)
    expect(kindsOf(written(commands)), `seed ${seed} is sound`).toEqual([])
    const victims = commands.slice(60, 140).filter(({ writes = [], reads = {} }) => {
      return writes.length > 0 && Object.values(reads).every((version) => version > 0)
    })
    const run = plant(commands, random.pick(victims), random)
    expect(kindsOf(run), `seed ${seed}`).not.toEqual([])
  }
})
