import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../scripts/bootstrap/root.mjs'
import { tutorialOf } from '../scripts/docs/tutorial.ts'
import { runProgram } from '../scripts/types/run-program.ts'
import { inUserProject } from '../scripts/types/user-project.ts'

const page = 'docs/guide/getting-started.md'
const text = readFileSync(join(root, page), 'utf8')
const { files, commands } = tutorialOf(page, text)

// Without a build the packages are their sources, for Node and for Vitest.
const source = '--conditions=eventcore-source'
const config = `const conditions = ['eventcore-source', 'node']
export default { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } }`

test('the chapter tells its readers into which file each block goes', () => {
  for (const name of files.keys()) expect(text).toMatch(new RegExp(`\`${name}\`[^\`]*\n\n\`\`\`ts file: ${name}\n`))
})

test('who follows the first chapter to the letter sees what it says', async () => {
  await inUserProject(new Map([...files, ['vitest.config.ts', config]]), async (folder) => {
    const steps = commands.filter(({ command }) => /^(node|npx vitest) /.test(command))
    expect(steps.length).toBeGreaterThan(2)
    for (const { command, output } of steps) {
      const [program = '', ...args] = command.replace(/^npx vitest /, 'node node_modules/vitest/vitest.mjs ').split(' ')
      expect(program).toBe('node')
      const { exitCode, output: printed } = await runProgram([source, ...args], folder)
      expect({ command, exitCode, printed: output === undefined ? undefined : printed }).toEqual({
        command,
        exitCode: 0,
        printed: output,
      })
    }
  })
}, 60_000)
