import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { exportedNames } from '../api/exported-names.ts'
import { root } from '../bootstrap/root.mjs'
import { sourceCondition, workspacePackages } from '../packages/workspace-packages.ts'
import { type CompilerError, typeCheck } from '../types/type-check.ts'
import { inUserProject } from '../types/user-project.ts'
import { type CodeBlock, codeBlocks, docCommentLines } from './code-blocks.ts'

/** The pages of the documentation and the sources with doc comments, by their path in the workspace. */
export function documentedFiles(): readonly string[] {
  const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'examples/*/*.md', 'bench/*.md'], { cwd: root })
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root })
  return [...pages.map(toSlashes).filter((file) => !NOT_OURS.test(file)), ...sources.map(toSlashes)].sort()
}

/** Written by tools: of doc comments that are checked where they stand, by changesets, or by other people. */
const NOT_OURS = /CHANGELOG\.md$|^docs\/reference\/|\/node_modules\//

/** What the compiler says of the code in the documentation, by file. Files without code are left out. */
export async function checkDocumentedCode(
  files: readonly string[],
): Promise<ReadonlyMap<string, readonly CompilerError[]>> {
  const programs = files.flatMap((file) => programsOf(file, readFileSync(join(root, file), 'utf8')))
  const paths = new Map(programs.map(({ file, name, text }) => [`${file}.${name}`, { file, text }]))
  const errors = await inUserProject(
    new Map([['example-domain.ts', domainSource()], ...[...paths].map(([path, { text }]) => [path, text] as const)]),
    async (folder) =>
      (await typeCheck(folder)).errors.map((error) => ({ ...error, file: toSlashes(relative(folder, error.file)) })),
  )
  const found = new Map<string, CompilerError[]>(programs.map(({ file }) => [file, []]))
  for (const error of errors) {
    const file = paths.get(error.file)?.file
    if (file === undefined) throw new Error(`The documentation needs ${error.file}: ${error.code}: ${error.message}`)
    found.get(file)?.push({ ...error, file })
  }
  return found
}

interface Program {
  readonly file: string
  /** What its errors are known by. Those that a page names lie in one folder, so that they can import one another. */
  readonly name: string
  readonly text: string
}

/** One program for each block and those that continue it, or that go into the same file. Its lines are those of the file, so the errors' lines are too. */
function programsOf(file: string, text: string): readonly Program[] {
  const isPage = file.endsWith('.md')
  const blocks = codeBlocks(file, isPage ? text.split('\n') : docCommentLines(file, text))
  const chains: CodeBlock[][] = []
  for (const block of blocks) {
    const sameFile = chains.find(([first]) => block.file !== undefined && first?.file === block.file)
    const chain = block.continues ? chains.at(-1) : sameFile
    if (chain === undefined) chains.push([block])
    else chain.push(block)
  }
  return chains.map((chain) => {
    const lines: string[] = []
    for (const { line, code } of chain) for (const [i, codeLine] of code.entries()) lines[line - 1 + i] = codeLine
    const code = Array.from(lines, (line) => line ?? '')
    // Pages say what they import, since people copy from them. A doc comment stands beside what it is about.
    if (!isPage) code[0] = importsFor(code.join('\n'), file)
    const [first] = chain
    const name = first?.file === undefined ? `${first?.line}.ts` : `files/${first.file}`
    return { file, name, text: [...code, 'export {}', ''].join('\n') }
  })
}

/** Imports of the names that an example uses and does not define, on one line: line 1 is never one of an example. */
function importsFor(code: string, file: string): string {
  const used = new Set(code.match(NAME))
  const defined = new Set(
    Array.from(code.matchAll(DEFINITION), ([, one = '', several = '']) => [one, ...(several.match(NAME) ?? [])]).flat(),
  )
  const up = '../'.repeat(file.split('/').length - 1)
  // Where two packages have a name, the example means the one of its own package.
  const own = (specifier: string): number => (folderOf(specifier) === file.split('/')[1] ? 0 : 1)
  const modules = [...namesByModule()].sort(([a], [b]) => own(a) - own(b))
  const taken = new Set(defined)
  return [...modules, [`./${up}example-domain.ts`, exampleNames()] as const]
    .map(([specifier, names]) => {
      const wanted = names.filter((name) => used.has(name) && !taken.has(name))
      for (const name of wanted) taken.add(name)
      return [specifier, wanted] as const
    })
    .filter(([, names]) => names.length > 0)
    .map(([specifier, names]) => `import { ${names.join(', ')} } from '${specifier}'`)
    .join('; ')
}

/** Of the package that is imported from so: `testing` for `@eventcore/testing/fast-check`. */
const folderOf = (specifier: string): string | undefined =>
  specifier.startsWith('@') ? specifier.split('/')[1] : 'core'

const NAME = /[A-Za-z_$][\w$]*/g

/** What defines one name, or several: `const a`, `const { b, c } =`, `import { d }`. */
const DEFINITION =
  /\b(?:const|let|function\*?|class|interface|type|import)\s+(?:type\s+)?(?:([A-Za-z_$][\w$]*)|[{[]([^\]}]*)[\]}])/g

const exampleNames = () => exportedNames('example-domain.ts', domainSource()).map(({ name }) => name)

/** Read as text: it is compiled beside the examples, where it stands for what their readers have. */
function domainSource(): string {
  return readFileSync(join(root, 'scripts', 'docs', 'example-domain.ts'), 'utf8')
}

let modules: ReadonlyMap<string, readonly string[]> | undefined

/** What the packages export, by what it is imported from. */
function namesByModule(): ReadonlyMap<string, readonly string[]> {
  modules ??= new Map(
    workspacePackages().flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports).flatMap(([subpath, conditions]) => {
        const source = conditions[sourceCondition]
        if (source === undefined || !existsSync(join(folder, source))) return []
        const names = exportedNames(source, readFileSync(join(folder, source), 'utf8')).map(({ name }) => name)
        return [[manifest.name + subpath.slice(1), names] as const]
      }),
    ),
  )
  return modules
}

const toSlashes = (path: string): string => path.replaceAll('\\', '/')
