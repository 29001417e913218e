import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { chapters } from '../chapters.ts'
import { referencePages } from '../reference-pages.ts'
import { linksOutOfTheSite } from './links-out-of-the-site.ts'

const decisions = new URL('../../adr/', import.meta.url)
const adrs = readdirSync(decisions)
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) => ({ text: titleOf(file), link: `/adr/${file.replace(/\.md$/, '')}` }))

export default defineConfig({
  title: 'EventCore',
  description: 'Type-safe event sourcing for TypeScript, with atomic commands over many streams',
  lang: 'en',
  // The pages are those of docs/, as they are: this folder only holds what makes a site of them.
  srcDir: '..',
  srcExclude: ['site/**', '**/node_modules/**'],
  outDir: './dist',
  cacheDir: './.vitepress/cache',
  cleanUrls: true,
  // The index of the search is loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 3_000 } },
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light', dark: 'github-dark' },
    config: linksOutOfTheSite,
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/guide/getting-started', activeMatch: '/guide/' },
      { text: 'Guarantees', link: '/guarantees' },
      { text: 'Reference', link: '/reference/', activeMatch: '/reference/' },
      { text: 'Decisions', link: adrs[0]?.link ?? '/adr/', activeMatch: '/adr/' },
    ],
    sidebar: {
      '/guide/': chapters,
      '/guarantees': chapters,
      '/reference/': referencePages(),
      '/adr/': [{ text: 'Decisions', items: adrs }],
    },
  },
})

/** The first heading: `2. Plain types from schemas`. */
function titleOf(file: string): string {
  const [, title = file] = /^# (.*)$/m.exec(readFileSync(new URL(file, decisions), 'utf8')) ?? []
  return title
}
