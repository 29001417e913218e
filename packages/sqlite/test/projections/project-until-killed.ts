// Keeps a read model until it is killed. Arguments: file of the store, batch size, duration of the lease, its owner, version of the
// ledger; where and when it kills or stops itself, if it does.
import { deathOf, dyingAt } from '@eventcore/testing/contract'
import { ProjectionRunner } from 'eventcore'
import { SqliteEventStore } from '../../src/index.ts'
import { ledger } from './ledger.ts'

const [, , path = '', batchSize = '', leaseMs = '', owner = '', version = '', site, visit, signal] = process.argv
const opened = await SqliteEventStore.open(path)
const death = deathOf(site, visit, signal)
const { store, hooks } = death === undefined ? { store: opened, hooks: {} } : dyingAt(opened, death)
const runner = new ProjectionRunner(store, ledger({ ...hooks, version: Number(version) }), {
  batchSize: Number(batchSize),
  leaseMs: Number(leaseMs),
  owner,
})
runner.start()
process.stdout.write('ready\n')
// The runner alone keeps no process alive.
setInterval(() => undefined, 1_000)
