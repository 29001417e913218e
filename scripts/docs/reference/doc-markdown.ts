/** The text of a doc comment as Markdown. */
export function docMarkdown(doc: string, linkTo: (name: string) => string | undefined): string {
  const { lead, tags } = split(doc)
  const prose = (text: string) => outsideOfCode(text, (part) => escapeHtml(links(part, linkTo)))
  const parts = [prose(lead)]
  const parameters = tags.filter(({ tag }) => tag === 'param')
  if (parameters.length > 0)
    parts.push(parameters.map(({ text }) => `- ${prose(text.replace(/^(\S+)/, '`$1`:'))}`).join('\n'))
  for (const { tag, text } of tags) {
    if (tag === 'returns') parts.push(`**Gives** ${prose(text)}`)
    if (tag === 'throws') parts.push(`**Throws** ${prose(text)}`)
    if (tag === 'example') parts.push(prose(text))
  }
  return parts.filter((part) => part !== '').join('\n\n')
}

interface Tag {
  readonly tag: string
  readonly text: string
}

function split(doc: string): { readonly lead: string; readonly tags: readonly Tag[] } {
  const [lead = '', ...rest] = doc.split(/^@(?=[a-z]+\b)/m)
  const tags = rest.map((part) => {
    const tag = /^[a-z]+/i.exec(part)?.[0] ?? ''
    return { tag, text: part.slice(tag.length).trim() }
  })
  return { lead: lead.trim(), tags }
}

/** `{@link Name}` and `{@link Name | text}`. */
const links = (text: string, linkTo: (name: string) => string | undefined): string =>
  text.replaceAll(/\{@link\s+([^\s|}]+)(?:\s*\|\s*([^}]*))?\}/g, (_, name: string, label?: string) => {
    const target = linkTo(name)
    const shown = label?.trim() ?? `\`${name}\``
    return target === undefined ? shown : `[${shown}](${target})`
  })

/** A generic type in prose would be taken for an element. */
const escapeHtml = (text: string): string =>
  outsideOfCode(text, (part) => part.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;'))

/** Applies something to the text between blocks and spans of code. */
function outsideOfCode(text: string, change: (part: string) => string): string {
  return text
    .split(/(^ *```[\s\S]*?^ *```$|`[^`\n]*`)/m)
    .map((part, i) => (i % 2 === 0 ? change(part) : part))
    .join('')
}
