import { posix } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'

/**
 * Pages of docs/ link to files beside docs/ too: to sources, tests, the README. On the site these links would lead nowhere, so
 * they become plain text there. The test of the links looks after the files themselves.
 */
export function linksOutOfTheSite(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('links-out-of-the-site', (state) => {
    const page: unknown = state.env?.relativePath
    if (typeof page !== 'string') return
    for (const { children } of state.tokens) {
      let dropped = 0
      for (const token of children ?? []) {
        if (token.type === 'link_open' && leavesTheSite(page, token.attrGet('href') ?? '')) {
          dropped++
          hide(token)
        } else if (token.type === 'link_close' && dropped > 0) {
          dropped--
          hide(token)
        }
      }
    }
  })
}

interface Token {
  type: string
  content: string
}

function hide(token: Token): void {
  token.type = 'text'
  token.content = ''
}

function leavesTheSite(page: string, href: string): boolean {
  if (/^([a-z]+:|#|\/)/.test(href)) return false
  const target = posix.join(posix.dirname(page), href.replace(/#.*$/, ''))
  if (target.startsWith('..')) return true
  return !/\.md$/.test(target)
}
