import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const FOLDER = '/usr/lib/postgresql'

/** The binaries of the distribution's PostgreSQL, with `pg_dump` and `pg_basebackup`, which the package from npm lacks. */
export function distributionBinaries(): string {
  const versions = existsSync(FOLDER) ? readdirSync(FOLDER).sort((a, b) => Number(b) - Number(a)) : []
  for (const version of versions) {
    const bin = join(FOLDER, version, 'bin')
    if (existsSync(join(bin, 'pg_dump')) && existsSync(join(bin, 'postgres'))) return bin
  }
  throw new Error(`PostgreSQL of the distribution is needed: apt-get install postgresql (looked in ${FOLDER}).`)
}

/** Runs one of its programs. */
export async function run(
  program: string,
  args: readonly string[],
  user?: { readonly uid: number; readonly gid: number },
) {
  await promisify(execFile)(join(distributionBinaries(), program), [...args], { cwd: '/tmp', ...user })
}
