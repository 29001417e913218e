import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, posix } from 'node:path'
import { gzipSync } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** Served as they are written: there is no build. */
const FOLDERS = ['browser', 'static', 'views'] as const
/** But one style sheet, since a page is drawn when the last is there. In this order. */
const STYLES = ['frame', 'controls', 'shop', 'tables'].map((name) => `static/${name}.css`)
const ALL_STYLES = 'static/page.css'

export interface PageFile {
  readonly type: string
  readonly body: Buffer<ArrayBuffer>
  readonly gzipped: Buffer<ArrayBuffer>
}

/**
 * What the browser loads beside the documents: modules, styles, pictures. Kept in memory, packed once. All have the hash of all in
 * their address, so a browser may keep them for ever, and modules that import one another always belong together.
 */
export class PageFiles {
  /** Of all files together. */
  readonly build: string
  readonly #files: ReadonlyMap<string, PageFile>

  constructor() {
    // The sources, also when this runs from dist: the compiler copies neither styles nor pictures.
    const root = new URL('../../src/page/', import.meta.url)
    const paths = FOLDERS.flatMap((folder) => readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`))
    const served = paths.filter((path) => extname(path) in TYPES && !STYLES.includes(path)).toSorted()
    const read = (path: string): Buffer<ArrayBuffer> => readFileSync(new URL(path, root))
    this.#files = new Map([
      ...served.map((path) => [path, pageFile(path, read(path))] as const),
      [ALL_STYLES, pageFile(ALL_STYLES, Buffer.concat(STYLES.map(read)))],
    ])
    const hash = createHash('sha256')
    for (const [path, { body }] of this.#files) hash.update(`${path}\0${body.length}\0`).update(body)
    this.build = hash.digest('hex').slice(0, 12)
  }

  get(path: string): PageFile | undefined {
    return this.#files.get(path)
  }

  address(path: string): string {
    return `/shop/files/${this.build}/${path}`
  }

  /** A module and all that it imports, so that the browser need not find out step by step. */
  modulesOf(path: string, found: ReadonlySet<string> = new Set()): ReadonlySet<string> {
    if (found.has(path)) return found
    const text = this.#files.get(path)?.body.toString() ?? ''
    const imports = text.matchAll(/^(?:import|export) .*?from '(\.[^']+)'$/gm)
    let all: ReadonlySet<string> = new Set([...found, path])
    for (const [, specifier = ''] of imports) all = this.modulesOf(posix.join(posix.dirname(path), specifier), all)
    return all
  }

  /** Bytes of everything, as it is and as it is sent. */
  get size(): { readonly bytes: number; readonly gzipped: number } {
    const all = [...this.#files.values()]
    return {
      bytes: all.reduce((sum, { body }) => sum + body.length, 0),
      gzipped: all.reduce((sum, { gzipped }) => sum + gzipped.length, 0),
    }
  }
}

function pageFile(path: string, body: Buffer<ArrayBuffer>): PageFile {
  return { type: TYPES[extname(path)] ?? '', body, gzipped: gzipSync(body, { level: 9 }) }
}
