import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { SeededRandom } from '../../../src/checker/index.ts'
import type { SystemCall } from './read-trace.ts'

interface Change {
  readonly kind: 'write' | 'truncate'
  readonly offset: number
  readonly data: Buffer
}

interface TracedFile {
  readonly changes: Change[]
  /** How many of them a flush had finished for. */
  flushed: number
}

/**
 * What a disk holds of a directory when the power goes: everything that was flushed, and of the rest whatever chance kept. Fed
 * with the system calls of the processes that wrote there.
 */
export class DiskModel {
  readonly #directory: string
  readonly #files = new Map<string, TracedFile>()

  /** @param directory whose files are followed */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** A call that has returned. `before` is what had been called when it was entered: a flush covers that. */
  apply({ name, path, data, offset, entered }: SystemCall): void {
    if (path === undefined || !path.startsWith(`${this.#directory}/`)) return
    const file = this.#file(path)
    if (name === 'fsync' || name === 'fdatasync') file.flushed = Math.max(file.flushed, entered)
    else file.changes.push({ kind: name === 'ftruncate' ? 'truncate' : 'write', offset, data })
  }

  /** How many changes of the file are known: what a flush that begins now covers. */
  changesOf(path: string): number {
    return this.#files.get(path)?.changes.length ?? 0
  }

  /** Writes down what is left. Each change that was not flushed is kept with this probability, on its own. */
  lose(into: string, base: string, keep: number, random: SeededRandom): void {
    cpSync(base, into, { recursive: true })
    for (const [path, { changes, flushed }] of this.#files) {
      const target = join(into, relative(this.#directory, path))
      const start = existsSync(target) ? readFileSync(target) : Buffer.alloc(0)
      const kept = changes.filter((_, i) => i < flushed || random.chance(keep))
      if (kept.length === 0) continue
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, kept.reduce(changed, start))
    }
  }

  #file(path: string): TracedFile {
    let file = this.#files.get(path)
    if (file === undefined) {
      file = { changes: [], flushed: 0 }
      this.#files.set(path, file)
    }
    return file
  }
}

function changed(content: Buffer, { kind, offset, data }: Change): Buffer {
  if (kind === 'truncate') {
    const cut = Buffer.alloc(offset)
    content.copy(cut, 0, 0, Math.min(offset, content.length))
    return cut
  }
  const end = offset + data.length
  const grown = end <= content.length ? content : Buffer.concat([content, Buffer.alloc(end - content.length)])
  data.copy(grown, offset)
  return grown
}
