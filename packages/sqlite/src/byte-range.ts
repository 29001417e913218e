/**
 * The first string that sorts behind all strings beginning with the prefix, by the bytes of their UTF-8 form, which is
 * the order of code points; `undefined` when there is none. With it a prefix is a range of the index: literal and
 * case-sensitive, where LIKE is neither.
 */
export function endOfPrefix(prefix: string): string | undefined {
  const characters = [...prefix]
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const codePoint = last.codePointAt(0) ?? 0
    // U+10FFFF has no successor, so the character before it is raised.
    if (codePoint < 0x10ffff) {
      // The surrogates are no characters: U+E000 follows U+D7FF.
      return characters.join('') + String.fromCodePoint(codePoint === 0xd7ff ? 0xe000 : codePoint + 1)
    }
  }
  return undefined
}
