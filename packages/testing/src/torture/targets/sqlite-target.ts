import { mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { NO_SERVER } from '../faults/impossible.ts'
import { SmallDisk, whyNoSmallDisk } from '../faults/small-disk.ts'
import { whyNoSystemCallFaults } from '../faults/system-call-faults.ts'
import type { Arena, Target } from './arena.ts'

export interface SqliteTargetOptions {
  /** Each round has a file of its own, whose name begins so. */
  readonly path: string
  /** On a disk of so many megabytes, mounted for the run; `undefined`: on the disk that is there. */
  readonly diskMegabytes: number | undefined
}

export function sqliteTarget({ path, diskMegabytes }: SqliteTargetOptions): Target {
  const noTracing = whyNoSystemCallFaults()
  const noDisk = diskMegabytes === undefined ? 'the run was given no disk to fill (--disk)' : whyNoSmallDisk()
  return {
    name: 'sqlite',
    impossible: {
      ...NO_SERVER,
      ...(noTracing === undefined ? {} : { 'io-error': noTracing, 'kill-in-flush': noTracing }),
      ...(noDisk === undefined ? {} : { 'disk-full': noDisk }),
    },
    settings: { synchronous: 'FULL', journal_mode: 'WAL' },
    async arena(round) {
      const disk =
        noDisk === undefined && diskMegabytes !== undefined
          ? new SmallDisk(`${resolve(path)}-${round}-disk`, diskMegabytes)
          : undefined
      const file = disk === undefined ? `${resolve(path)}-${round}.db` : `${disk.path}/events.db`
      mkdirSync(dirname(file), { recursive: true })
      const location = { kind: 'sqlite', path: file } as const
      const arena: Arena = {
        location,
        direct: location,
        witness: 'commits-and-queries',
        gauge: () => ({ 'write-ahead log, MB': (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) / 1e6 }),
        ...(disk === undefined ? {} : { disk }),
        integrity: async () => integrityOf(file),
        dispose: async () => {
          disk?.unmount()
          for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
        },
      }
      return arena
    },
    dispose: async () => {},
  }
}

function integrityOf(file: string): string | undefined {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const rows = db.prepare('PRAGMA integrity_check').all()
    const text = rows.map((row) => String(Object.values(row)[0])).join('; ')
    return text === 'ok' ? undefined : text
  } finally {
    db.close()
  }
}
