/** A link of a page. */
export interface PageLink {
  /** Counted from 1. */
  readonly line: number
  readonly target: string
}

/** The links of a Markdown page, those in code left out. */
export function linksOf(text: string): readonly PageLink[] {
  return proseLines(text).flatMap((prose, i) => {
    const inline = Array.from(prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g), ([, target = '']) => target)
    const [, defined] = /^\s*\[[^\]]+\]:\s+(\S+)/.exec(prose) ?? []
    return [...inline, ...(defined === undefined ? [] : [defined])].map((target) => ({ line: i + 1, target }))
  })
}

/** What can be linked to within a page: its headings, and anchors that it names. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const line of proseLines(text, { keepCode: true })) {
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/.exec(line) ?? []
    if (heading === undefined) continue
    const [, title = heading, named] = /^(.*?)\s*\{#([\w-]+)\}$/.exec(heading) ?? []
    anchors.add(named ?? slugOf(title, anchors))
  }
  return anchors
}

/** As GitHub makes it. The site makes the same of a title in which no sign stands between two spaces: better not link to others. */
function slugOf(title: string, taken: ReadonlySet<string>): string {
  const slug = title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
  let unique = slug
  for (let i = 1; taken.has(unique); i++) unique = `${slug}-${i}`
  return unique
}

/** The lines of a page; those of blocks of code blank, and spans of code too unless they are to be kept. */
function proseLines(text: string, { keepCode = false } = {}): readonly string[] {
  let fence: string | undefined
  return text.split('\n').map((line) => {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? []
    if (fence !== undefined) {
      if (line.trim() === fence) fence = undefined
      return ''
    }
    if (mark !== undefined) {
      fence = mark
      return ''
    }
    return keepCode ? line : line.replaceAll(/(`+)(?!`).*?\1/g, '')
  })
}
