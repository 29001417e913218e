import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { basename, join } from 'node:path'

/** Leaves a CPU profile of what it runs in a directory, where one is named. Chrome and VS Code open such files. */
export async function profiled<T>(directory: string | undefined, work: () => Promise<T>): Promise<T> {
  if (directory === undefined) return await work()
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 250 })
    await session.post('Profiler.start')
    const result = await work()
    const { profile } = await session.post('Profiler.stop')
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, `${process.pid}-${Date.now()}.cpuprofile`), JSON.stringify(profile))
    return result
  } finally {
    session.disconnect()
  }
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
}

/** Where the time went that a function spent itself: a share of the time in which the process was not idle. */
export interface Hotspot {
  readonly share: number
  readonly where: string
}

export async function hotspotsIn(directory: string, count: number): Promise<readonly Hotspot[]> {
  const times = new Map<string, number>()
  let busy = 0
  for (const file of await readdir(directory)) {
    if (!file.endsWith('.cpuprofile')) continue
    const { nodes, samples } = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
    for (const id of samples) {
      const frame = frames.get(id)
      if (frame === undefined || frame.functionName === '(idle)') continue
      busy++
      const { functionName, url, lineNumber } = frame
      const where = `${functionName || '(anonymous)'}${url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`}`
      times.set(where, (times.get(where) ?? 0) + 1)
    }
  }
  return Array.from(times, ([where, samples]) => ({ share: samples / busy, where }))
    .sort((a, b) => b.share - a.share)
    .slice(0, count)
}
