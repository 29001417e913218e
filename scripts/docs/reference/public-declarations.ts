import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Comment, type Program, parseSync } from 'oxc-parser'

/** Something that a package exports, as its declaration file has it. */
export interface PublicDeclaration {
  readonly name: string
  readonly kind: 'class' | 'function' | 'constant' | 'type'
  /** The folder of its source within the package's `src`; `''` for what stands in there itself. */
  readonly folder: string
  /** Its doc comment, without the stars. */
  readonly doc: string
  /** Its declaration, without what is private and without its own doc comment; those of its members stay. */
  readonly code: string
}

type Node = Program['body'][number]

interface Declared {
  readonly kind: PublicDeclaration['kind']
  readonly doc: string
  readonly code: string
}

/**
 * What an `index.d.ts` exports: what it declares itself, and what it names from other files.
 * @throws Error for a name that cannot be found
 */
export function publicDeclarations(index: string): readonly PublicDeclaration[] {
  const { module } = parse(index)
  // An overload is an export of its own.
  const entries = new Map(
    module.staticExports.flatMap(({ entries }) => entries).map((entry) => [entry.exportName.name, entry]),
  )
  return [...entries.values()]
    .flatMap(({ exportName, importName, moduleRequest }) => {
      const name = exportName.name
      if (name === null) return []
      const from = moduleRequest?.value
      const file = from === undefined ? index : join(dirname(index), from.replace(/\.ts$/, '.d.ts'))
      const declared = declarationOf(file, importName.name ?? name)
      const folder = relative(dirname(index), dirname(file)).split(/[\\/]/)[0] ?? ''
      return [{ name, folder, ...declared }]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function declarationOf(file: string, name: string): Declared {
  const { program, comments, source } = parse(file)
  const nodes = program.body.filter((node) => namesOf(node).includes(name))
  const [first] = nodes
  if (first === undefined) throw new Error(`${file} does not declare ${name}, which is exported from there.`)
  const codes = nodes.map((node, i) => {
    // Each overload of a function has a comment of its own; the first one stands above all of them.
    const doc = i === 0 ? '' : docBefore(node.start, comments, source).raw
    return `${doc === '' ? '' : `${doc}\n`}${codeOf(node, comments, source)}`
  })
  return {
    kind: kindOf(first),
    doc: docBefore(first.start, comments, source).text,
    code: codes.join('\n'),
  }
}

const declarationIn = (node: Node) =>
  node.type === 'ExportNamedDeclaration' && node.declaration !== null ? node.declaration : node

function namesOf(node: Node): readonly string[] {
  const declaration = declarationIn(node)
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  if ('id' in declaration && declaration.id !== null && declaration.id.type === 'Identifier')
    return [declaration.id.name]
  return []
}

function kindOf(node: Node): PublicDeclaration['kind'] {
  switch (declarationIn(node).type) {
    case 'ClassDeclaration':
      return 'class'
    case 'TSDeclareFunction':
      return 'function'
    case 'VariableDeclaration':
      return 'constant'
    default:
      return 'type'
  }
}

/** The text of a declaration, without members that are nobody's business. */
function codeOf(node: Node, comments: readonly Comment[], source: string): string {
  const declaration = declarationIn(node)
  const members =
    declaration.type === 'ClassDeclaration' || declaration.type === 'TSInterfaceDeclaration'
      ? declaration.body.body
      : []
  let text = ''
  let at = declaration.start
  for (const member of members) {
    const { raw, start } = docBefore(member.start, comments, source)
    const memberText = source.slice(member.start, member.end)
    if (!/^(#|private\b)/.test(memberText) && !/@internal\b/.test(raw)) continue
    text += source.slice(at, raw === '' ? member.start : start).trimEnd()
    at = member.end
  }
  return `${text}${source.slice(at, declaration.end)}`.replace(/^declare /, '').replaceAll('    ', '  ')
}

/** The doc comment that ends where something begins. */
function docBefore(start: number, comments: readonly Comment[], source: string) {
  const comment = comments.findLast(
    ({ type, value, end }) =>
      type === 'Block' && value.startsWith('*') && end <= start && source.slice(end, start).trim() === '',
  )
  if (comment === undefined) return { raw: '', text: '', start }
  const text = comment.value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim()
  return { raw: source.slice(comment.start, comment.end), text, start: comment.start }
}

const parsed = new Map<string, ReturnType<typeof parseFile>>()

function parse(file: string) {
  const known = parsed.get(file) ?? parseFile(file)
  parsed.set(file, known)
  return known
}

function parseFile(file: string) {
  const source = readFileSync(file, 'utf8')
  const { program, comments, module, errors } = parseSync(file, source)
  if (errors[0] !== undefined) throw new Error(`${file} cannot be parsed: ${errors[0].message}`)
  return { program, comments, module, source }
}
