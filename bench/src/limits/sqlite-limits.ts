import { fdatasyncSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { rateOf } from './rate-of.ts'

/** Writes a page and flushes it, as a commit to a log at its best does. */
export async function flushes(path: string, seconds: number): Promise<number> {
  const file = await open(path, 'w')
  const page = Buffer.alloc(8_192, 1)
  let at = 0
  try {
    return await rateOf(seconds, () => {
      writeSync(file.fd, page, 0, page.length, at)
      at = (at + page.length) % 16_777_216
      fdatasyncSync(file.fd)
      return 1
    })
  } finally {
    await file.close()
  }
}

/** Rows with a primary key and a unique stream version, and nothing else. */
export async function sqliteTransactions(path: string, batch: number, seconds: number): Promise<number> {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma journal_mode=wal; pragma synchronous=full')
    database.exec(
      'create table event (position integer primary key, stream text, version integer, data text, unique (stream, version))',
    )
    const insert = database.prepare('insert into event (stream, version, data) values (?, ?, ?)')
    let version = 0
    return await rateOf(seconds, () => {
      database.exec('begin immediate')
      for (let row = 0; row < batch; row++) {
        version++
        insert.run(`account/${(version * 7_919) % 10_000}`, version, '{"amount":1}')
      }
      database.exec('commit')
      return batch
    })
  } finally {
    database.close()
  }
}
