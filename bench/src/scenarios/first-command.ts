// A process that executes one command, says so, and ends: what `cold-start` times.
import { CommandExecutor } from 'eventcore'
import type { Task } from '../harness/task.ts'
import { openStore } from '../stores/open-store.ts'
import { Deposit } from '../workloads/bank.ts'

const task = JSON.parse(process.argv[2] ?? '{}') as Task & { readonly account: number }
const store = await openStore(task.subject, task)
const executor = new CommandExecutor(store)
const { status } = await executor.execute(Deposit({ account: String(task.account), amount: 1 }))
process.send?.(status)
await executor.close()
await store.close()
