import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../../workload/seeded-random.ts'
import type { TorturedServer } from '../targets/arena.ts'
import { TORTURED } from '../targets/store-location.ts'
import type { Fault, Scene } from './fault.ts'
import { failSystemCalls } from './system-call-faults.ts'

const SESSIONS = `from pg_stat_activity where application_name = '${TORTURED}' and datname = current_database()`

/** One statement of an administrator; the server may be busy with another fault. */
async function asked({ server }: Scene['arena'], sql: string): Promise<boolean> {
  try {
    await server?.query(sql)
    return true
  } catch {
    return false
  }
}

async function pidOf(server: TorturedServer | undefined, random: SeededRandom): Promise<number | undefined> {
  try {
    const rows = (await server?.query(`select pid, state ${SESSIONS}`)) ?? []
    const active = rows.filter(({ state }) => state === 'active')
    const from = active.length > 0 ? active : rows
    return from.length === 0 ? undefined : Number(random.pick(from).pid)
  } catch {
    return undefined
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}

export const serverFaults: readonly Fault[] = [
  {
    kind: 'end-backends',
    summary: 'all sessions are ended, or one (pg_terminate_backend)',
    lane: 'server',
    pauseMs: 400,
    strike({ arena }, random) {
      const limit = random.chance(0.5) ? '' : 'order by random() limit 1'
      return asked(arena, `select pg_terminate_backend(pid) from (select pid ${SESSIONS} ${limit}) s`)
    },
  },
  {
    kind: 'cancel-backend',
    summary: 'the statements of all sessions are cancelled (pg_cancel_backend)',
    lane: 'server',
    pauseMs: 300,
    strike: ({ arena }) => asked(arena, `select pg_cancel_backend(pid) from (select pid ${SESSIONS}) s`),
  },
  {
    kind: 'pause-backend',
    summary: 'a process of the server is stopped (SIGSTOP) for up to 1.5 s in the middle of its statement, and goes on',
    lane: 'server',
    pauseMs: 400,
    async strike({ arena: { server } }, random) {
      const pid = await pidOf(server, random)
      if (pid === undefined) return false
      signal(pid, 'SIGSTOP')
      await sleep(50 + random.below(1_450))
      signal(pid, 'SIGCONT')
      return true
    },
  },
  {
    kind: 'kill-server',
    summary: 'all processes of the server are killed at once (SIGKILL), and it is started again',
    lane: 'server',
    pauseMs: 1_500,
    strike: (scene) => restart(scene, (control) => control.kill()),
  },
  {
    kind: 'restart-server',
    summary: 'the server is shut down in order and started again',
    lane: 'server',
    pauseMs: 1_500,
    strike: (scene) => restart(scene, (control) => control.shutDown()),
  },
  {
    kind: 'server-io-error',
    summary: 'writes and flushes of the server fail with EIO for a while: it must give itself up and recover',
    lane: 'server',
    pauseMs: 1_500,
    async strike({ arena: { server } }, random) {
      const control = server?.control
      if (control === undefined) return false
      let pids: readonly number[]
      try {
        pids = (await server?.query('select pid from pg_stat_activity'))?.map(({ pid }) => Number(pid)) ?? []
      } catch {
        return false
      }
      await failSystemCalls([control.pid, ...pids], 1 + random.below(10), 100 + random.below(200))
      await control.start()
      return true
    },
  },
]

async function restart(
  { arena: { server }, crew, over, measured }: Scene,
  stop: (control: NonNullable<TorturedServer['control']>) => Promise<void>,
): Promise<boolean> {
  const control = server?.control
  if (control === undefined) return false
  await stop(control)
  const start = performance.now()
  await control.start()
  measured('server ready after its start, ms', performance.now() - start)
  const ready = performance.now()
  const before = crew.figures().committed
  while (crew.figures().committed === before && !over.aborted) await sleep(10)
  // Of all processes together, which tell us ten times a second.
  if (!over.aborted) measured('next commit after the server is ready, ms', performance.now() - ready)
  return true
}
