import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIBRARY = 'libfaketime.so.1'
/** Where distributions put it; on Debian below a folder that is named after the machine. */
const FOLDERS = ['/usr/lib', '/usr/lib64', '/usr/local/lib']

/** The clock of programs that were started with its {@link environment}: it is moved while they run, and only for them. */
export class MovableClock {
  readonly environment: Readonly<Record<string, string>>
  readonly #directory: string
  readonly #file: string

  /** @throws Error when {@link whyNoMovableClock} says why */
  constructor() {
    const library = findLibrary()
    if (library === undefined) throw new Error(NOT_FOUND)
    this.#directory = mkdtempSync(join(tmpdir(), 'eventcore-clock-'))
    // A server that runs as another user looks at it, too.
    chmodSync(this.#directory, 0o755)
    this.#file = join(this.#directory, 'offset')
    this.move(0)
    this.environment = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      // Else it looks at the file every ten seconds only.
      FAKETIME_NO_CACHE: '1',
      // A machine's clock that is set moves the time of day, not the time since the start, nor the times of files.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }
  }

  /** To so many milliseconds before or after the true time. */
  move(offsetMs: number): void {
    const sign = offsetMs < 0 ? '-' : '+'
    writeFileSync(`${this.#file}.new`, `${sign}${(Math.abs(offsetMs) / 1_000).toFixed(3)}\n`, { mode: 0o644 })
    renameSync(`${this.#file}.new`, this.#file)
  }

  dispose(): void {
    rmSync(this.#directory, { recursive: true, force: true })
    forgetTheDead()
  }
}

const NOT_FOUND = 'libfaketime is not installed, so the clock of another program cannot be moved'

/** Why none can be had; `undefined` when one can. */
export function whyNoMovableClock(): string | undefined {
  if (findLibrary() === undefined) return NOT_FOUND
  const clock = new MovableClock()
  try {
    clock.move(3_600_000)
    const env = { ...process.env, ...clock.environment }
    const ahead = Number(execFileSync('date', ['+%s'], { env, encoding: 'utf8' })) * 1_000 - Date.now()
    return ahead > 3_500_000 ? undefined : 'libfaketime is installed, and moves no clock here'
  } catch {
    return 'libfaketime is installed, and no program starts with it here'
  } finally {
    clock.dispose()
  }
}

function findLibrary(): string | undefined {
  if (process.platform !== 'linux') return undefined
  const folders = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) => [
    folder,
    ...readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
      .map(({ name }) => join(folder, name)),
  ])
  return folders.map((folder) => join(folder, 'faketime', LIBRARY)).find((path) => existsSync(path))
}

const SHARED = '/dev/shm'

/** A program that was killed leaves its shared memory behind, and the next one with its number would not start. */
function forgetTheDead(): void {
  for (const name of existsSync(SHARED) ? readdirSync(SHARED) : []) {
    const pid = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isFaked(pid)) rmSync(join(SHARED, name), { force: true })
  }
}

function isFaked(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(LIBRARY)
  } catch {
    return false // it has ended
  }
}
