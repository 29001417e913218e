import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HistoryRecorder } from '../src/checker/history-recorder.ts'
import { readHistory } from '../src/checker/read-history.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eventcore-history-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function record(recorder: HistoryRecorder): void {
  const paid = recorder.invoke('c1', 'client-1')
  paid.sending({ reads: [], writes: [{ stream: 'a', eventId: 'e0' }] })
  paid.ok({
    reads: [{ stream: 'a', version: 0, headId: null }],
    writes: [{ stream: 'a', eventId: 'e1', version: 1 }],
    attempts: 2,
  })
  recorder.invoke('c2', 'client-1').fail(Object.assign(new Error('no'), { code: 'CONFLICT' }), 5)
  const cut = recorder.invoke('c3', 'client-2')
  cut.sending({ reads: [{ stream: 'a', version: 1 }], writes: [{ stream: 'a', eventId: 'e2' }] })
  cut.unknown(new TypeError('cut'))
  recorder.subscribed('feed')
  recorder.delivered('feed', 'e1')
  recorder.subscribed('feed')
  recorder.projected({ name: 'balances', upTo: 'e1', checksum: 'x' })
  recorder.invoke('c4', 'client-3').sending({ reads: [], writes: [{ stream: 'b', eventId: 'e3' }] })
}

test('what was written to a file reads back as what was kept in memory', () => {
  const clock = () => {
    let time = 0
    return () => (time += 10)
  }
  const path = join(directory, 'history.jsonl')
  const file = new HistoryRecorder({ path, now: clock() })
  const memory = new HistoryRecorder({ now: clock() })
  record(file)
  record(memory)
  file.close()
  expect(readHistory(path)).toEqual(memory.history())
  expect(memory.history()).toMatchObject({
    calls: [
      { commandId: 'c1', process: 'client-1', invokedAt: 10, completedAt: 20, status: 'ok', attempts: 2, sent: [] },
      { commandId: 'c2', status: 'fail', errorCode: 'CONFLICT', attempts: 5 },
      { commandId: 'c3', status: 'info', errorCode: 'TypeError', sent: [{ writes: [{ eventId: 'e2' }] }] },
      { commandId: 'c4', status: 'info', sent: [{ writes: [{ eventId: 'e3' }] }] },
    ],
    subscribers: [{ name: 'feed', sessions: [['e1'], []] }],
    projections: [{ name: 'balances', upTo: 'e1', checksum: 'x' }],
  })
})

test('a torn last line is dropped; a broken line before it is an error that names the line', () => {
  const path = join(directory, 'history.jsonl')
  const recorder = new HistoryRecorder({ path })
  record(recorder)
  recorder.close()
  const whole = readHistory(path)
  appendFileSync(path, '{"type":"complete","call":3,"at":')
  expect(readHistory(path)).toEqual(whole)
  appendFileSync(path, '\n')
  expect(() => readHistory(path)).toThrow(expect.objectContaining({ code: 'MALFORMED_HISTORY', line: 15 }))
})

test.each([
  ['no object', 'null'],
  ['an unknown type', '{"type":"shrug"}'],
  ['a field of the wrong type', '{"type":"invoke","call":1,"commandId":7,"process":"p","at":1}'],
  ['a read without a version', '{"type":"send","call":0,"reads":[{"stream":"a"}],"writes":[]}'],
  ['the completion of a call that was never invoked', '{"type":"complete","call":9,"at":1,"status":"ok"}'],
  ['a completion before the invocation', '{"type":"complete","call":0,"at":1,"status":"ok"}'],
])('a line with %s is refused', (_what, line) => {
  const path = join(directory, 'history.jsonl')
  writeFileSync(path, `{"type":"invoke","call":0,"commandId":"c","process":"p","at":5}\n${line}\n`)
  expect(() => readHistory(path)).toThrow(expect.objectContaining({ code: 'MALFORMED_HISTORY', line: 2 }))
})

test('lines longer than a block, and characters across its end, read back', () => {
  const path = join(directory, 'history.jsonl')
  const recorder = new HistoryRecorder({ path })
  const writes = Array.from({ length: 40_000 }, (_, i) => ({ stream: `konto-ü-€-😀-${i}`, eventId: `e${i}` }))
  recorder.invoke('bulk', 'client').ok({ reads: [], writes })
  recorder.invoke('next', 'client').ok({ reads: [], writes: [] })
  recorder.close()
  const { calls } = readHistory(path)
  expect(calls).toHaveLength(2)
  expect(calls[0]?.writes).toEqual(writes)
})

test('times strictly increase, however coarse the clock and however large its numbers', () => {
  const recorder = new HistoryRecorder({ now: () => 2 ** 60 })
  for (let i = 0; i < 3; i++) recorder.invoke(`c${i}`, 'client').ok({ reads: [], writes: [] })
  const times = recorder.history().calls.flatMap(({ invokedAt, completedAt = 0 }) => [invokedAt, completedAt])
  expect(new Set(times).size).toBe(6)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('a call has one outcome', () => {
  const call = new HistoryRecorder().invoke('c', 'client')
  call.ok({ reads: [], writes: [] })
  expect(() => call.fail(new Error('too late'))).toThrow('has ended already')
})

test('a file that exists is not written to: a history belongs to one run', () => {
  const path = join(directory, 'history.jsonl')
  writeFileSync(path, '')
  expect(() => new HistoryRecorder({ path })).toThrow('EEXIST')
})

test('everything told before a SIGKILL is in the file', async () => {
  const path = join(directory, 'history.jsonl')
  const recorderUrl = new URL('../src/checker/history-recorder.ts', import.meta.url).href
  const program = `
    const { HistoryRecorder } = await import(${JSON.stringify(recorderUrl)})
    const recorder = new HistoryRecorder({ path: ${JSON.stringify(path)} })
    for (let i = 0; ; i++) {
      recorder.invoke('c' + i, 'client').ok({ reads: [], writes: [] })
      if (i % 100 === 0) process.stdout.write('told ' + i + '\\n')
      if (i % 1000 === 0) await new Promise(setImmediate)
    }`
  const child = spawn(process.execPath, ['--conditions=eventcore-source', '--input-type=module', '--eval', program])
  let told = ''
  child.stdout.on('data', (chunk) => {
    told += String(chunk)
    if (told.length > 2_000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const lastTold = Number(/told (\d+)\n(?!.*told \d+\n)/s.exec(told)?.[1])
  const { calls } = readHistory(path)
  expect(lastTold).toBeGreaterThan(0)
  expect(calls.filter(({ status }) => status === 'ok').length).toBeGreaterThan(lastTold)
})

test('the clock is shared by the processes of one machine', () => {
  const before = new HistoryRecorder()
  before.invoke('before', 'here').ok({ reads: [], writes: [] })
  const there = Number(execFileSync(process.execPath, ['--print', 'process.hrtime.bigint().toString()']))
  const after = new HistoryRecorder()
  after.invoke('after', 'here').ok({ reads: [], writes: [] })
  expect(there).toBeGreaterThan(before.history().calls[0]?.completedAt ?? Number.POSITIVE_INFINITY)
  expect(there).toBeLessThan(after.history().calls[0]?.invokedAt ?? 0)
})
