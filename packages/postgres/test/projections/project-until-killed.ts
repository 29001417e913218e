// Keeps a read model until it is killed. Arguments: URL of the database, batch size, duration of the lease, its owner.
import { ProjectionRunner } from 'eventcore'
import { PostgresEventStore } from '../../src/index.ts'
import { ledger } from './ledger.ts'

const [, , url = '', batchSize = '', leaseMs = '', owner = ''] = process.argv
const store = await PostgresEventStore.open({ url, maxConnections: 3 })
const runner = new ProjectionRunner(store, ledger({}), {
  batchSize: Number(batchSize),
  leaseMs: Number(leaseMs),
  owner,
})
runner.start()
process.stdout.write('ready\n')
// The runner alone keeps no process alive.
setInterval(() => undefined, 1_000)
