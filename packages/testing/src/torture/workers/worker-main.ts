// A process that works on a store until it is told to end, or killed. Started by `worker-process.ts`, which talks to it.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { type OpenedLocation, openLocation, type StoreLocation } from '../targets/store-location.ts'
import { noFigures, type WorkOrder, work } from './work.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

const FIGURES_EVERY_MS = 100
const LOOP_RESOLUTION_MS = 10

const finish = new AbortController()
const close = new AbortController()
const figures = noFigures()
let clockOffsetMs = 0
const now = (): number => Date.now() + clockOffsetMs

const tell = (message: FromWorker): void => {
  if (process.connected) process.send?.(message)
}

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'work':
      begin(message.order, message.location).then(
        () => process.disconnect(),
        (error: unknown) => {
          process.stderr.write(`${inspect(error)}\n`)
          process.exit(1)
        },
      )
      return
    case 'clock':
      clockOffsetMs = message.offsetMs
      return
    case 'finish':
      finish.abort()
      return
    case 'close':
      close.abort()
  }
})
// Nobody is left who could tell it to end.
process.on('disconnect', () => process.exit())

async function begin(order: WorkOrder, location: StoreLocation): Promise<void> {
  const opened = await openPatiently(location)
  tell({ type: 'ready' })
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  loop.enable()
  const tellFigures = (): void => {
    // What it measures is the time between two looks.
    const late = (percentile: number): number =>
      Math.max(0, Math.round(loop.percentile(percentile) / 100_000 - LOOP_RESOLUTION_MS * 10) / 10)
    figures.loopDelayP50 = late(50)
    figures.loopDelayP99 = late(99)
    tell({ type: 'figures', figures })
  }
  const telling = setInterval(tellFigures, FIGURES_EVERY_MS)
  const idle = (): void => tell({ type: 'idle' })
  await work(order, opened, { finish: finish.signal, close: close.signal, now, idle }, figures)
  clearInterval(telling)
  tellFigures()
  await opened.store.close()
}

/** The server may be down just now. */
async function openPatiently(location: StoreLocation): Promise<OpenedLocation> {
  for (;;) {
    try {
      return await openLocation(location, now)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code !== 'STORE_UNAVAILABLE') throw error
      await sleep(50)
    }
  }
}
