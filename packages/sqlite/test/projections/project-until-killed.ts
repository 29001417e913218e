// Keeps a read model until it is killed. Arguments: file of the store, batch size, duration of the lease, its owner.
import { ProjectionRunner } from 'eventcore'
import { SqliteEventStore } from '../../src/index.ts'
import { ledger } from './ledger.ts'

const [, , path = '', batchSize = '', leaseMs = '', owner = ''] = process.argv
const store = await SqliteEventStore.open(path)
const runner = new ProjectionRunner(store, ledger({}), {
  batchSize: Number(batchSize),
  leaseMs: Number(leaseMs),
  owner,
})
runner.start()
process.stdout.write('ready\n')
// The runner alone keeps no process alive.
setInterval(() => undefined, 1_000)
