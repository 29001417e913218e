import { mixed } from '../../workload/mixed.ts'
import type { Workload } from '../../workload/workload.ts'
import { workloads } from '../../workload/workloads.ts'

export type WorkloadName = keyof typeof workloads

export const workloadNames = Object.keys(workloads) as readonly WorkloadName[] // the literal's own keys

/** For how long the clients of all processes want the same pair of names. */
const PAIR_MS = 40

/** These workloads on one store, so that clients of several processes meet. */
export function tortureWorkload(names: readonly WorkloadName[]): Workload {
  return mixed(
    names.map((name) => {
      if (name === 'bulk') return workloads.bulk({ events: 500, share: 0.02 })
      if (name === 'phantom') return workloads.phantom({ pair: () => Math.floor(Date.now() / PAIR_MS) })
      return workloads[name]()
    }),
  )
}
