import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeErrors, typeCheckAll } from '../scripts/types/type-check.ts'
import { installDeclarations, inUserProject, userCompilerOptions } from '../scripts/types/user-project.ts'

const folder = join(import.meta.dirname, 'exported-constants')

// Two projects of a user: one exports streams and commands without a single annotation, the other imports them. TS2883 and
// its like ("the inferred type cannot be named") mean that `eventcore` does not export a type that its constants have.
test('streams and commands are exported from a project without annotations', { timeout: 60_000 }, async () => {
  const files = new Map<string, string>([
    ['domain/domain.ts', readFileSync(join(folder, 'domain', 'domain.ts'), 'utf8')],
    ['domain/tsconfig.json', project([])],
    ['app/app.ts', readFileSync(join(folder, 'app', 'app.ts'), 'utf8')],
    ['app/tsconfig.json', project([{ path: '../domain' }])],
  ])
  await inUserProject(
    files,
    async (root) => {
      const { errors } = await typeCheckAll(join(root, 'app'))
      expect(describeErrors(errors, root)).toBe('')
      expect(readdirSync(join(root, 'app'))).toContain('app.d.ts')
      const declarations = readFileSync(join(root, 'domain', 'domain.d.ts'), 'utf8')
      await expect(declarations).toMatchFileSnapshot(join(folder, 'domain.expected.txt'))
    },
    installDeclarations,
  )
})

function project(references: readonly { readonly path: string }[]): string {
  const { noEmit: _, customConditions: __, ...options } = userCompilerOptions
  const compilerOptions = {
    ...options,
    composite: true,
    declaration: true,
    emitDeclarationOnly: true,
  }
  return JSON.stringify({ compilerOptions, references })
}
