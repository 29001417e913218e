import { InvalidOptions } from '../errors/invalid-options.ts'

/** Whether every store can hold a text so that it comes back as it went. */
const isStorableText = (text: unknown): text is string =>
  typeof text === 'string' && !text.includes('\0') && text.isWellFormed()

/**
 * What every store refuses of the names of checkpoints, leases and snapshots, written once: stores call it before they keep one.
 * Not empty, well-formed, without U+0000.
 * @throws InvalidOptions (`INVALID_OPTIONS`) before any I/O
 */
export function assertNames(names: Readonly<Record<string, string>>): void {
  for (const [option, name] of Object.entries(names))
    if (!isStorableText(name) || name === '')
      throw new InvalidOptions(option, name, 'a text that is not empty, well-formed and without U+0000')
}

/**
 * The same of texts that may be empty: cursors, states.
 * @throws InvalidOptions (`INVALID_OPTIONS`) before any I/O
 */
export function assertTexts(texts: Readonly<Record<string, string>>): void {
  for (const [option, text] of Object.entries(texts))
    if (!isStorableText(text)) throw new InvalidOptions(option, text, 'a text that is well-formed and without U+0000')
}
