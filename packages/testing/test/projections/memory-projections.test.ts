import { describe, it } from 'vitest'
import { projectionContract } from '../../src/contract/index.ts'
import { openMemoryLedger } from './memory-ledger.ts'

projectionContract('memory', openMemoryLedger, { describe, it })
