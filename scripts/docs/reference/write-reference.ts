import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../bootstrap/root.mjs'
import { workspacePackages } from '../../packages/workspace-packages.ts'
import type { Step } from '../../steps/step.ts'
import { type PublicDeclaration, publicDeclarations } from './public-declarations.ts'
import { anchorOf, type ReferencePage, referenceMarkdown } from './reference-page.ts'

/** Generated, and not committed. */
export const referenceFolder = join(root, 'docs', 'reference')

/** Packages that export more than this get a page for each folder of their sources. */
const NAMES_ON_A_PAGE = 60

/** Makes the pages of the reference from the doc comments in the declaration files, which a build has made. */
export const writeReference: Step = {
  title: 'Reference from the doc comments',
  run: () => {
    const pages = referencePages()
    rmSync(referenceFolder, { recursive: true, force: true })
    for (const page of pages) write(`${page.path}.md`, referenceMarkdown(page, linksFrom(page, pages)))
    write('index.md', overview(pages))
    write('sidebar.json', `${JSON.stringify(sidebar(pages), null, 2)}\n`)
    const names = pages.reduce((sum, { declarations }) => sum + declarations.length, 0)
    console.log(`Described ${names} names on ${pages.length} pages.`)
    return { exitCode: 0 }
  },
}

/** @throws Error when a package is not built */
export function referencePages(): readonly ReferencePage[] {
  return workspacePackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports).flatMap(([subpath, { types }]) => {
      if (types === undefined) return []
      const specifier = manifest.name + subpath.slice(1)
      const index = join(folder, types)
      if (!existsSync(index)) throw new Error(`${specifier} is not built: ${index} is missing. Run npm run build.`)
      return pagesOf(specifier, publicDeclarations(index))
    }),
  )
}

function pagesOf(specifier: string, declarations: readonly PublicDeclaration[]): readonly ReferencePage[] {
  const path = specifier.replace(/^@eventcore\//, '')
  if (declarations.length <= NAMES_ON_A_PAGE) return [{ path, title: specifier, specifier, declarations }]
  const folders = [...new Set(declarations.map(({ folder }) => folder))].sort()
  return folders.map((folder) => ({
    path: `${path}/${folder}`,
    title: `${specifier}: ${folder}`,
    specifier,
    declarations: declarations.filter((declaration) => declaration.folder === folder),
  }))
}

function linksFrom(from: ReferencePage, pages: readonly ReferencePage[]) {
  const up = '../'.repeat(from.path.split('/').length - 1) || './'
  return (linked: string): string | undefined => {
    const [name = ''] = linked.split(/[.#]/)
    const here = (page: ReferencePage) => page.declarations.some((declaration) => declaration.name === name)
    // Several packages export a `defineProjection`: the one of the same package is meant.
    const page = here(from)
      ? from
      : (pages.find((one) => one.specifier === from.specifier && here(one)) ?? pages.find(here))
    if (page === undefined) return undefined
    return `${page === from ? '' : `${up}${page.path}.md`}#${anchorOf(name)}`
  }
}

function overview(pages: readonly ReferencePage[]): string {
  const lines = ['# Reference', '', 'What each package exports, from the doc comments of its sources.', '']
  for (const page of pages) {
    const names = page.declarations.map(({ name }) => `[${name}](./${page.path}.md#${anchorOf(name)})`)
    lines.push(`## [${page.title}](./${page.path}.md)`, '', names.join(' · '), '')
  }
  return lines.join('\n')
}

function sidebar(pages: readonly ReferencePage[]) {
  const specifiers = [...new Set(pages.map(({ specifier }) => specifier))]
  return specifiers.map((specifier) => ({
    text: specifier,
    items: pages
      .filter((page) => page.specifier === specifier)
      .map(({ path, title }) => ({ text: title.split(': ')[1] ?? 'All of it', link: `/reference/${path}` })),
  }))
}

function write(path: string, text: string): void {
  const file = join(referenceFolder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
