import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

const WRITES = 'pwrite64,pwritev,fsync,fdatasync,ftruncate'
const FLUSHES = 'fsync,fdatasync'

/** Lets writes and flushes of running processes fail with EIO, from the n-th on, for a while. */
export async function failSystemCalls(pids: readonly number[], from: number, ms: number): Promise<void> {
  const { tracer, ended } = await trace(pids, WRITES, `error=EIO:when=${from}+`)
  await sleep(ms)
  tracer.kill('SIGINT')
  await ended
}

/**
 * From now on, until the process ends, it takes so long over each flush (after it has done its work), or over each line that it
 * writes down (before it does).
 */
export async function delayCalls(
  pid: number,
  calls: 'flushes' | 'lines',
  ms: number,
): Promise<{ readonly ended: Promise<unknown> }> {
  return calls === 'flushes'
    ? await trace([pid], FLUSHES, `delay_exit=${ms * 1_000}`)
    : await trace([pid], 'write', `delay_enter=${ms * 1_000}`)
}

async function trace(pids: readonly number[], calls: string, fault: string) {
  const attach = pids.flatMap((pid) => ['-p', String(pid)])
  const inject = `inject=${calls}:${fault}`
  const tracer = spawn('strace', ['-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject, ...attach], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(tracer, 'close')
  // It says so when it is attached.
  await Promise.race([once(tracer.stderr, 'data'), ended])
  return { tracer, ended }
}

/** Why it cannot be done; `undefined` when it can. */
export function whyNoSystemCallFaults(): string | undefined {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=1', 'true'], { stdio: 'pipe' })
    return undefined
  } catch {
    return 'strace is not installed or may not trace, so no system call can be made to fail or to wait'
  }
}
