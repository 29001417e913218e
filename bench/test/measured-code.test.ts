import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { measuredCode } from '../src/results/measured-code.ts'

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'eventcore-code-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

function git(root: string, ...args: readonly string[]): string {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost']
  const { status, stdout, stderr } = spawnSync('git', ['-C', root, ...author, ...args], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}

test('a result names the commit that was measured, and says when the code was changed since', async () => {
  const root = await directory()
  git(root, 'init', '--quiet')
  await mkdir(join(root, 'packages'))
  await writeFile(join(root, 'packages', 'store.ts'), '1\n')
  git(root, 'add', '.')
  git(root, 'commit', '--quiet', '--message', 'first')
  const commit = git(root, 'rev-parse', '--short=12', 'HEAD')
  await writeFile(join(root, 'README.md'), 'a page decides about no figure\n')
  expect(measuredCode(join(root, 'packages'))).toEqual({ code: commit })
  await writeFile(join(root, 'packages', 'store.ts'), '2\n')
  expect(measuredCode(join(root, 'packages'))).toEqual({ code: `${commit}, with changes` })
})

test('outside of a repository nobody knows', async () => {
  expect(measuredCode(await directory())).toEqual({})
})
