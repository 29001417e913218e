// Works on a store whose system calls fail: opens it, appends, reads, closes it, and writes down each outcome as it is told. What
// is refused is done again, as an executor would; an error that the store does not name ends the process.
// Arguments: file of the store, file for the outcomes, appends.
import { appendFileSync } from 'node:fs'
import { EventStoreError } from 'eventcore'
import { SqliteEventStore } from '../../src/index.ts'
import { appendOne, commitOn } from '../writing.ts'

const ATTEMPTS = 3
const [, , path = '', outcomes = '', appends = ''] = process.argv

async function upToThrice<T>(
  what: string,
  attempt: () => Promise<T>,
  told: (answer: T) => string,
): Promise<T | undefined> {
  for (let i = 0; i < ATTEMPTS; i++) {
    try {
      const answer = await attempt()
      appendFileSync(outcomes, `${told(answer)} ${what}\n`)
      return answer
    } catch (error) {
      if (!(error instanceof EventStoreError)) throw error
      appendFileSync(outcomes, `${error.code} ${what}\n`)
    }
  }
  return undefined
}

const store = await upToThrice(
  'open',
  () => SqliteEventStore.open(path),
  () => 'opened',
)
if (store !== undefined) {
  const data = JSON.stringify('x'.repeat(2_000))
  for (let i = 0; i < Number(appends); i++) {
    const commit = commitOn(store, `stream-${i}`, { data, events: 1 + (i % 3) })
    await upToThrice(
      commit.commandId,
      () => appendOne(store, commit),
      ({ status }) => status,
    )
  }
  await upToThrice(
    'readFeed',
    () => store.readFeed({ limit: 100 }),
    () => 'read',
  )
  await store.close()
}
