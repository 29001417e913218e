/** Text that is HTML already. Everything else that gets into a template is escaped. */
export class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text
  }

  toString() {
    return this.text
  }
}

/** @typedef {string | number | boolean | undefined | null | Markup | readonly Markup[]} Content */

/** @type {Readonly<Record<string, string>>} */
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** @param {Content} content */
function textOf(content) {
  if (content instanceof Markup) return content.text
  if (typeof content === 'object' && content !== null) return content.join('')
  if (content === undefined || content === null || content === false) return ''
  return String(content).replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '')
}

/**
 * A template of HTML: what is put in is escaped, unless it was made by a template itself. Nothing is said of `undefined`, `null` and `false`.
 *
 * @param {TemplateStringsArray} strings
 * @param {readonly Content[]} contents
 */
export function html(strings, ...contents) {
  return new Markup(strings.map((string, i) => string + (i < contents.length ? textOf(contents[i]) : '')).join(''))
}
