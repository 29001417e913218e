import { readFile } from 'node:fs/promises'

/** A user and its group, as `spawn` and `chown` want them. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/**
 * As whom PostgreSQL is to run: it refuses to run as root. `undefined`: as whoever we are.
 * @throws Error when we are root and the system has neither a user `postgres` nor a user `nobody`
 */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = await readFile('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      users
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.')
}
