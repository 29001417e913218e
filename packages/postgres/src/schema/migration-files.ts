import { readdir, readFile } from 'node:fs/promises'
import { type Naming, withNames } from './naming.ts'

/** One numbered step of the schema. */
export interface Migration {
  readonly number: number
  /** Name of its file, without the ending. */
  readonly name: string
  readonly sql: string
}

/** Beside `src` and beside `dist`. */
const FOLDER = new URL('../../sql/', import.meta.url)

/** All of them, in their order, with the names of this store put in. */
export async function migrationFiles(names: Naming): Promise<readonly Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => /^\d{4}-.+\.sql$/.test(file)).sort()
  return await Promise.all(
    files.map(async (file) => ({
      number: Number(file.slice(0, 4)),
      name: file.slice(0, -'.sql'.length),
      sql: withNames(await readFile(new URL(file, FOLDER), 'utf8'), names),
    })),
  )
}
