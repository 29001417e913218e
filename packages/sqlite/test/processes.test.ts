import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkHistory, readHistory, readLog } from '@eventcore/testing/checker'
import { expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const KILLS = 10
const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

const client = fileURLToPath(new URL('./processes/client.ts', import.meta.url))

function startClient(path: string, history: string, clientSeed: number, timeLimitMs: number): ChildProcess {
  const args = [...process.execArgv, client, path, history, String(clientSeed), String(timeLimitMs)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function ready({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('a child without stdout')
  await once(stdout, 'data')
}

test(`of two processes with 16 clients on 12 hot streams, one is killed ${KILLS} times: nothing acknowledged is lost`, async () => {
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  const histories: string[] = []
  const start = (timeLimitMs: number): ChildProcess => {
    const history = directory.file(`history-${histories.length}.jsonl`)
    histories.push(history)
    return startClient(path, history, seed + histories.length, timeLimitMs)
  }

  const survivor = start(60_000)
  const killed: (NodeJS.Signals | null)[] = []
  for (let i = 0; i < KILLS; i++) {
    const victim = start(60_000)
    await ready(victim)
    // Long enough to be in the middle of something, each time of something else.
    await sleep(60 + ((seed >>> i) % 97))
    victim.kill('SIGKILL')
    const [, signal] = await once(victim, 'exit')
    killed.push(signal)
    // What the dead process left is recovered by the other one while it goes on, not by an opening after the end.
  }
  survivor.kill('SIGKILL')
  await once(survivor, 'exit')
  expect(killed).toEqual(killed.map(() => 'SIGKILL'))

  const last = start(300)
  const { stdout } = last
  if (stdout === null) throw new Error('a child without stdout')
  const printed = await text(stdout)
  expect(JSON.parse(printed.replace('ready\n', ''))).toMatchObject({ failed: 0, unknown: 0 })

  const store = await SqliteEventStore.open(path)
  const history = readHistory(...histories)
  const verdict = checkHistory(history, await readLog(store), { witness: 'commits-and-queries' })
  await store.close()
  const report = `seed ${seed}. ${verdict.explain()}`
  expect(verdict.ok, report).toBe(true)
  // The kills hit work under way, and both processes got on.
  expect(history.calls.filter(({ status }) => status === 'info').length, report).toBeGreaterThan(KILLS)
  expect(history.calls.filter(({ status }) => status === 'ok').length, report).toBeGreaterThan(500)

  const db = new DatabaseSync(path)
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  db.close()
  await directory.remove()
}, 60_000)
