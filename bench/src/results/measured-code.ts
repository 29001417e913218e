import { spawnSync } from 'node:child_process'

/** What decides about figures; results and pages about them do not. */
const MEASURED = ['packages', 'bench/src', 'bench/peers/src', 'package-lock.json']

/**
 * Which code is measured: its commit, and whether it was changed since. Nothing outside of a repository, or without git.
 * @param directory anywhere in the repository
 */
export function measuredCode(directory: string = import.meta.dirname): { readonly code?: string } {
  const root = git(directory, 'rev-parse', '--show-toplevel')
  const commit = git(directory, 'rev-parse', '--short=12', 'HEAD')
  if (root === undefined || commit === undefined) return {}
  const changes = git(root, 'status', '--porcelain', '--', ...MEASURED)
  return { code: changes === '' ? commit : `${commit}, with changes` }
}

function git(directory: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', directory, ...args], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
