import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SqliteEventStore } from '@eventcore/sqlite'
import {
  checkHistory,
  followerProjections,
  readHistory,
  readLog,
  type SeededRandom,
  type Verdict,
} from '../../src/index.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

/**
 * Lets one process after another work on the same SQLite file, each until it is killed in the middle of it, and then judges
 * what all of them were told by what the file holds.
 */
export async function killWorkers(
  random: SeededRandom,
  kills: number,
  through: 'store' | 'executor',
): Promise<Verdict> {
  const directory = mkdtempSync(join(tmpdir(), 'eventcore-killed-'))
  try {
    const database = join(directory, 'events.db')
    const histories: string[] = []
    for (let i = 0; i < kills; i++) {
      const history = join(directory, `history-${i}.jsonl`)
      histories.push(history)
      await workUntilKilled([database, history, String(random.below(2 ** 31)), through], 50 + random.below(400))
    }
    const store = await SqliteEventStore.open(database)
    const log = await readLog(store)
    await store.close()
    const history = readHistory(...histories)
    return checkHistory(history, log, {
      witness: 'commits-and-queries',
      // They were killed too, and may have stopped anywhere.
      subscribers: Object.fromEntries(history.subscribers.map(({ name }) => [name, { complete: false }])),
      projections: followerProjections(history),
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function workUntilKilled(args: readonly string[], afterMs: number): Promise<void> {
  const worker = spawn(process.execPath, ['--conditions=eventcore-source', WORKER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  worker.stderr.on('data', (chunk) => {
    complaint += String(chunk)
  })
  const closed = once(worker, 'close')
  await Promise.race([once(worker.stdout, 'data'), closed])
  await sleep(afterMs)
  worker.kill('SIGKILL')
  const [, signal] = await closed
  if (signal !== 'SIGKILL') throw new Error(`The worker ended by itself:\n${complaint}`)
}
