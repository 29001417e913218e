import type { Workload } from './workload.ts'

/** Several workloads on one store, a random one for each command. Each of them must say which streams are its own. */
export function mixed(workloads: readonly Workload[]): Workload {
  return {
    name: workloads.map(({ name }) => name).join(', '),
    setup: workloads.flatMap(({ setup = [] }) => setup),
    owns: (stream) => workloads.some((workload) => workload.owns?.(stream) ?? true),
    plan: (random, client) => random.pick(workloads).plan(random, client),
    violations: (log) =>
      workloads.flatMap((workload) => {
        const own = log.filter(({ stream }) => workload.owns?.(stream) ?? true)
        return (workload.violations?.(own) ?? []).map((broken) => `${workload.name}: ${broken}`)
      }),
  }
}
