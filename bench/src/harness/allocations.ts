import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes between two samples, on average: small enough for a few per cent over some ten thousand operations. */
const SAMPLING_INTERVAL = 4_096

interface ProfileNode {
  readonly selfSize: number
  readonly children: readonly ProfileNode[]
}

const sizeOf = ({ selfSize, children }: ProfileNode): number =>
  children.reduce((sum, child) => sum + sizeOf(child), selfSize)

/** Bytes that were allocated on the heap while something ran, what has been collected since included. An estimate, by sampling. */
export async function bytesAllocatedBy(work: () => Promise<void>): Promise<number> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLING_INTERVAL,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    })
    await work()
    const { profile } = await session.post('HeapProfiler.stopSampling')
    return sizeOf(profile.head)
  } finally {
    session.disconnect()
  }
}

/** Bytes that are still held after something ran, and were not before. */
export async function bytesRetainedBy(work: () => Promise<void>): Promise<number> {
  const before = await heapInUse()
  await work()
  return (await heapInUse()) - before
}

async function heapInUse(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Twice, with a turn of the loop in between: what finalizers and weak references let go of goes with the second.
  collect()
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  return process.memoryUsage().heapUsed
}
