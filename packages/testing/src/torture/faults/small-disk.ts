import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BLOCK = Buffer.alloc(16_384)

/** A file system of its own that can be filled. Needs the right to mount one. */
export class SmallDisk {
  readonly path: string
  readonly #ballast: string
  readonly #unmountAtExit = (): void => this.unmount()

  constructor(path: string, megabytes: number) {
    mkdirSync(path, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', path], { stdio: 'pipe' })
    this.path = path
    this.#ballast = join(path, 'ballast')
    process.once('exit', this.#unmountAtExit)
  }

  /** Takes all the space that is left but for so many bytes. */
  fill(leave: number): void {
    const file = openSync(this.#ballast, 'a')
    try {
      for (let { bavail, bsize } = statfsSync(this.path); bavail * bsize > leave; bavail -= BLOCK.length / bsize)
        writeSync(file, BLOCK)
    } catch (error) {
      // Somebody else was faster: it is full.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    } finally {
      closeSync(file)
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true })
  }

  unmount(): void {
    process.off('exit', this.#unmountAtExit)
    execFileSync('umount', ['-l', this.path], { stdio: 'pipe' })
    rmdirSync(this.path)
  }
}

/** Why none can be had; `undefined` when one can. */
export function whyNoSmallDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'eventcore-mount-'))
  try {
    new SmallDisk(path, 1).unmount()
    return undefined
  } catch {
    rmSync(path, { recursive: true, force: true })
    return 'no file system may be mounted here, so no disk can be filled'
  }
}
