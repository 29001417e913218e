import { NOTHING } from './audit.ts'
import { profiled } from './cpu-profile.ts'
import type { Answer, Order, Prepared } from './task.ts'

/** Makes this process one that measures: it does what its parent orders, one thing after the other. */
export function serveTasks<T>(prepare: (task: T) => Promise<Prepared>): void {
  let prepared: Prepared | undefined
  const ready = (): Prepared => {
    if (prepared === undefined) throw new Error('Nothing was prepared.')
    return prepared
  }
  const obey = async (order: Order<T>): Promise<Answer> => {
    switch (order.type) {
      case 'prepare':
        prepared = await prepare(order.task)
        return { type: 'prepared', opened: prepared.opened }
      case 'warm-up':
        return { type: 'warmed', acknowledged: (await ready().warmUp?.()) ?? NOTHING }
      case 'measure':
        return { type: 'measured', measured: await profiled(order.profiles, () => ready().measure()) }
      case 'check':
        return { type: 'checked', verdict: await ready().check(order.acknowledged) }
      case 'close':
        await ready().close()
        return { type: 'closed' }
    }
  }
  const answer = (message: Answer): void => {
    process.send?.(message)
  }
  // Only our parent sends messages here.
  process.on('message', (order) => {
    obey(order as Order<T>).then(answer, (error: unknown) => {
      answer({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    })
  })
  // Whatever still holds a connection open: the one that measures is gone.
  process.on('disconnect', () => process.exit(0))
}
