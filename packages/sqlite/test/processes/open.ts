// Opens a store and prints how that ended.
import { SqliteEventStore } from '../../src/index.ts'

const [, , path = ''] = process.argv
try {
  const store = await SqliteEventStore.open(path)
  await store.close()
  process.stdout.write(JSON.stringify({ code: 'OPENED', message: '' }))
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message }))
}
