import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chapters } from '../docs/site/chapters.ts'
import { root } from '../scripts/bootstrap/root.mjs'
import { documentedFiles } from '../scripts/docs/check-code.ts'
import { anchorsOf, linksOf } from '../scripts/docs/links.ts'

const pages = documentedFiles().filter((file) => file.endsWith('.md'))

test.each(pages)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  expect(linksOf(text).flatMap(({ line, target }) => whyBroken(page, text, target, line))).toEqual([])
})

test('the guide has a place in the navigation for each of its chapters, and no place without one', () => {
  const named = chapters.flatMap(({ items }) => items.map(({ link }) => `docs${link}.md`))
  const written = pages.filter((page) => page.startsWith('docs/guide/'))
  expect(named.filter((page) => page.startsWith('docs/guide/')).toSorted()).toEqual(written.toSorted())
})

function whyBroken(page: string, text: string, target: string, line: number): readonly string[] {
  if (/^[a-z]+:/.test(target)) return []
  const [path = '', anchor] = target.split('#')
  // Pages of the site name generated ones by their place on the site.
  if (path.startsWith('/')) return generated(path) ? [] : [`${page}:${line}: write ${target} as a relative link`]
  const file = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(file)) return [`${page}:${line}: ${target} does not exist`]
  if (anchor === undefined || !file.endsWith('.md')) return []
  const anchors = anchorsOf(path === '' ? text : readFileSync(file, 'utf8'))
  return anchors.has(anchor) ? [] : [`${page}:${line}: ${target}: there is no such heading`]
}

const generated = (path: string): boolean => path.startsWith('/reference/')

describe('the links of a page', () => {
  test('are found with their lines, and not in code', () => {
    const text = 'a [b](c.md) [d](<e.md> "f")\n`[no](x)`\n```ts\n[no](y)\n```\n[g]: h.md\n![i](j.png)'
    expect(linksOf(text)).toEqual([
      { line: 1, target: 'c.md' },
      { line: 1, target: 'e.md' },
      { line: 6, target: 'h.md' },
      { line: 7, target: 'j.png' },
    ])
  })

  test('lead to headings by what the title says, or to what it names', () => {
    const text = '# A `b` & c\n## Twice\n```\n# no\n```\n## Twice\n### [Linked](x.md)\n## Named {#here}'
    expect([...anchorsOf(text)]).toEqual(['a-b--c', 'twice', 'twice-1', 'linked', 'here'])
  })
})
