import { projectionContract } from '@eventcore/testing/contract'
import { afterAll, describe, it } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { openLedger } from './open-ledger.ts'

projectionContract('postgres', openLedger, { describe, it })

afterAll(dropDatabases)
