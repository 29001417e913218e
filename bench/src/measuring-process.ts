// One of the processes that the benchmark starts to measure in.
import { serveTasks } from './harness/serve-tasks.ts'
import type { Task } from './harness/task.ts'
import { scenarioNamed } from './scenarios/catalogue.ts'
import { openStore } from './stores/open-store.ts'

serveTasks(async (task: Task) => {
  const scenario = scenarioNamed(task.scenario)
  const store = await openStore(task.subject, { ...task, maxConnections: scenario.connections?.(task) })
  const prepared = await scenario.prepare(store, task)
  return { ...prepared, close: () => store.close() }
})
