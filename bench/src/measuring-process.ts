// One of the processes that the benchmark starts to measure in.
import { serveTasks } from './harness/serve-tasks.ts'
import type { Task } from './harness/task.ts'
import { scenarioNamed } from './scenarios/catalogue.ts'
import { openStore } from './stores/open-store.ts'

serveTasks(async (task: Task) => {
  // A pool that is far too small for what is in flight: what the original library calls pool saturation.
  const maxConnections = task.scenario === 'async-handler' ? 2 : undefined
  const store = await openStore(task.subject, { ...task, maxConnections })
  const prepared = await scenarioNamed(task.scenario).prepare(store, task)
  return { ...prepared, close: () => store.close() }
})
