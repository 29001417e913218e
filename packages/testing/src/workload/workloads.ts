import { bank } from './bank.ts'
import { bulk } from './bulk.ts'
import { discovery } from './discovery.ts'
import { hotSet } from './hot-set.ts'
import { longReader } from './long-reader.ts'
import { onCall } from './on-call.ts'
import { phantom } from './phantom.ts'
import { readDependency } from './read-dependency.ts'
import { ring } from './ring.ts'
import { unrelated } from './unrelated.ts'

/** All of them, each aimed at one class of bug. A call makes a workload for one run. */
export const workloads = {
  hotSet,
  discovery,
  phantom,
  onCall,
  readDependency,
  longReader,
  bank,
  ring,
  bulk,
  unrelated,
} as const
