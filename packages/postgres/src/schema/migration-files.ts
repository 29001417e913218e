import { readdir, readFile } from 'node:fs/promises'
import { StoreFailure } from 'eventcore'
import { type Naming, withNames } from './naming.ts'

/** One numbered step of the schema. */
export interface Migration {
  readonly number: number
  /** Name of its file, without the ending. */
  readonly name: string
  readonly sql: string
}

/**
 * All of them, in their order, with the names of this store put in.
 * @throws StoreFailure (`STORE_FAILURE`) where they are not beside the program
 */
export async function migrationFiles(names: Naming, from = import.meta.url): Promise<readonly Migration[]> {
  try {
    // Beside `src` and beside `dist`.
    const folder = new URL('../../sql/', from)
    const files = (await readdir(folder)).filter((file) => /^\d{4}-.+\.sql$/.test(file)).sort()
    return await Promise.all(
      files.map(async (file) => ({
        number: Number(file.slice(0, 4)),
        name: file.slice(0, -'.sql'.length),
        sql: withNames(await readFile(new URL(file, folder), 'utf8'), names),
      })),
    )
  } catch (cause) {
    throw new StoreFailure(
      `The files of the schema, "sql" in the package @eventcore/postgres, cannot be read from ${from}. A bundler leaves them behind: name eventcore and @eventcore/* as external, and install them beside the bundle.`,
      'open',
      { cause },
    )
  }
}
