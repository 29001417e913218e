// Appends commits over two streams to an SQLite file, and says the command id of each on stdout once it is acknowledged.
import { writeSync } from 'node:fs'
import { SqliteEventStore } from '@eventcore/sqlite'
import { deposit } from '@eventcore/testing/contract'

const [path = '', durability = 'full', commits = '0'] = process.argv.slice(2)
const store = await SqliteEventStore.open(path, { durability: durability === 'normal' ? 'normal' : 'full' })
for (let i = 0; i < Number(commits); i++) {
  const [event] = await deposit(store, [{ key: `a${i % 7}`, amount: i }, { key: `b${i % 5}` }])
  writeSync(1, `acknowledged ${event?.position}\n`)
}
// As the power would: nothing is closed.
process.kill(process.pid, 'SIGKILL')
