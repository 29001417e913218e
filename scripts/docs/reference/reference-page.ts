import { docMarkdown } from './doc-markdown.ts'
import type { PublicDeclaration } from './public-declarations.ts'
import { wrapSignature } from './wrap-signature.ts'

/** A page of the reference: what a package exports, or a part of it. */
export interface ReferencePage {
  /** From the folder of the reference, without `.md`. */
  readonly path: string
  readonly title: string
  /** What it is imported from. */
  readonly specifier: string
  readonly declarations: readonly PublicDeclaration[]
}

const GROUPS = [
  ['Functions', 'function'],
  ['Classes', 'class'],
  ['Constants', 'constant'],
  ['Types', 'type'],
] as const

/** A page as Markdown. `linkTo` tells where a name is described, for those that are public. */
export function referenceMarkdown(page: ReferencePage, linkTo: (name: string) => string | undefined): string {
  const lines = [`# ${page.title}`, '', `Imported from \`${page.specifier}\`.`, '']
  for (const [title, kind] of GROUPS) {
    const ofKind = page.declarations.filter((declaration) => declaration.kind === kind)
    if (ofKind.length === 0) continue
    lines.push(`## ${title}`, '')
    for (const { name, doc, code } of ofKind) {
      lines.push(`### ${name} {#${anchorOf(name)}}`, '')
      lines.push('```ts', wrapSignature(code), '```', '')
      const text = docMarkdown(doc, linkTo)
      if (text !== '') lines.push(text, '')
    }
  }
  return lines.join('\n')
}

/** Differs from name to name also where anchors do not tell capital letters apart: `InlineProjection`, `inlineProjection`. */
export const anchorOf = (name: string): string => (/^[A-Z]/.test(name) ? name : `fn-${name}`)
