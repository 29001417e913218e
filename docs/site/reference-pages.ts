import { existsSync, readFileSync } from 'node:fs'

interface SidebarGroup {
  readonly text: string
  readonly items: readonly { readonly text: string; readonly link: string }[]
}

/** What `npm run docs:build` found in the doc comments; nothing while it has not run. */
export function referencePages(): SidebarGroup[] {
  const file = new URL('../reference/sidebar.json', import.meta.url)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SidebarGroup[]) : []
}
