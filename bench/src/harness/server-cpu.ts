import { readdir, readFile } from 'node:fs/promises'

/** What Linux counts CPU in: a hundredth of a second, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/**
 * Seconds of CPU that a process and its children have used, those that have ended included; `undefined` where the system
 * does not say so (anything but Linux).
 */
export async function cpuOfProcessTree(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  const own = await statOf(pid)
  if (own === undefined) return undefined
  let ticks = own.ticks + own.ticksOfEnded
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const stat of await Promise.all(pids.map(statOf))) if (stat?.parent === pid) ticks += stat.ticks
  return ticks / TICKS_PER_SECOND
}

interface Stat {
  readonly parent: number
  readonly ticks: number
  /** Of children that have ended and were waited for. */
  readonly ticksOfEnded: number
}

async function statOf(pid: number | string): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
  if (text === undefined) return undefined
  // The name, in parentheses, may contain anything. Behind it: state, parent, ...
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (index: number): number => Number(fields[index])
  return { parent: field(1), ticks: field(11) + field(12), ticksOfEnded: field(13) + field(14) }
}
