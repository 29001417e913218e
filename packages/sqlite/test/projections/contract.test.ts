import { projectionContract } from '@eventcore/testing/contract'
import { describe, it } from 'vitest'
import { openLedger } from './open-ledger.ts'

projectionContract('sqlite', openLedger, { describe, it })
