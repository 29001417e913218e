import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { InvalidOptions, StoreFailure } from 'eventcore'
import { classifyError } from './classify-error.ts'
import { connectReader, connectWriter } from './connection.ts'
import { migrate } from './migrate.ts'
import { waitWhileBusy } from './wait-while-busy.ts'

export interface Connections {
  /** Absolute. */
  readonly path: string
  readonly writer: DatabaseSync
  readonly reader: DatabaseSync
}

export interface OpenSettings {
  readonly durability: 'full' | 'normal'
  readonly busyTimeoutMs: number
  readonly now: () => number
}

/** Opens the file, creating and migrating it as needed, and a second connection for reading. */
export async function openConnections(file: string | URL, settings: OpenSettings): Promise<Connections> {
  const path = filePath(file)
  await assertDirectory(path)
  const waiting = { operation: 'open', path, timeoutMs: settings.busyTimeoutMs }
  const opened: DatabaseSync[] = []
  try {
    const writer = await waitWhileBusy(() => connectWriter(path, settings.durability), waiting)
    opened.push(writer)
    await waitWhileBusy(() => migrate(writer, path, settings.now), waiting)
    const reader = await waitWhileBusy(() => connectReader(path), waiting)
    opened.push(reader)
    return { path, writer, reader }
  } catch (error) {
    for (const db of opened) db.close()
    throw classifyError(error, 'open', path)
  }
}

function filePath(file: string | URL): string {
  if (file instanceof URL) return pathOf(file)
  // An environment variable that is not set, for callers without types.
  if (typeof file !== 'string') throw new InvalidOptions('file', file, 'the path of a file, or a URL,')
  if (file === ':memory:' || file === '')
    throw new StoreFailure(
      'A SQLite event store is a file: two connections work on it, and a database in memory would be two databases. ' +
        'Give a path, or use @eventcore/memory for a store that lives as long as the process.',
      'open',
    )
  if (file.startsWith('file:'))
    throw new StoreFailure(`"${file}" is a URL in a string. Give a path, or \`new URL(…)\`.`, 'open')
  return resolve(file)
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StoreFailure(
      `${url.href} names no file: ${reason}. Give a path, or a URL that begins with file:///`,
      'open',
      { cause },
    )
  }
}

/** SQLite says "unable to open database file" for all of these; the reader of the message wants to know which. */
async function assertDirectory(path: string): Promise<void> {
  const directory = dirname(path)
  const found = await stat(directory).catch((error: unknown) => {
    throw new StoreFailure(`The directory ${directory} of ${path} cannot be found. Create it first.`, 'open', {
      cause: error,
    })
  })
  if (!found.isDirectory())
    throw new StoreFailure(`${directory} is not a directory, so ${path} cannot be in it. Check the path.`, 'open')
  const itself = await stat(path).catch(() => undefined)
  if (itself?.isDirectory() === true)
    throw new StoreFailure(`${path} is a directory. Give the path of a file in it.`, 'open')
}
