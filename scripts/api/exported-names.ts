import { parseSync } from 'oxc-parser'

export interface ExportedName {
  readonly kind: 'type' | 'value'
  readonly name: string
}

/**
 * The names that an `index.ts` exports. It must be a hand-written list, `export { a, type B } from './a.ts'`: what else
 * exports names is refused, because it would make something public that nobody wrote down. The compiler sees to it that a
 * type carries its `type` (`verbatimModuleSyntax`).
 */
export function exportedNames(file: string, source: string): readonly ExportedName[] {
  const { errors, module } = parseSync(file, source)
  const [error] = errors
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`)
  return module.staticExports
    .flatMap(({ entries, start, end }) =>
      entries.map(({ exportName, importName, isType }): ExportedName => {
        if (importName.kind === 'AllButDefault' || exportName.name === null || exportName.kind !== 'Name')
          throw new Error(`${file} must name what it exports, one by one, and does not in: ${source.slice(start, end)}`)
        return { kind: isType ? 'type' : 'value', name: exportName.name }
      }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
