/**
 * Compares two well-formed strings by the bytes of their UTF-8 form, which is the order of their code points. JavaScript's
 * `<` compares UTF-16 units: it puts an emoji (a surrogate pair, 0xD800-0xDFFF) before U+FF5E, and a database does not.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return codePointRank(x) - codePointRank(y)
  }
  return a.length - b.length
}

/** Moves the surrogates, which stand for code points above U+FFFF, behind all other units. */
const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
