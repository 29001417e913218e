/** A line that is longer is broken. */
const WIDTH = 100

/** Breaks the long signature of a function, which a declaration file has on one line: a line for each parameter. */
export function wrapSignature(code: string): string {
  return code
    .split('\n')
    .map((line) => (line.length > WIDTH && line.startsWith('function ') ? wrapped(line) : line))
    .join('\n')
}

const OPENING = '<({['
const CLOSING = '>)}]'

function wrapped(line: string): string {
  let text = ''
  let depth = 0
  let parametersAreOver = false
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] ?? ''
    const isArrow = sign === '>' && line[i - 1] === '='
    if (parametersAreOver || isArrow) text += sign
    else if (OPENING.includes(sign)) {
      depth++
      text += depth === 1 && line[i + 1] !== ')' ? `${sign}\n  ` : sign
    } else if (CLOSING.includes(sign)) {
      depth--
      parametersAreOver = depth === 0 && sign === ')'
      text += depth === 0 && line[i - 1] !== '(' ? `,\n${sign}` : sign
    } else if (sign === ',' && depth === 1) {
      text += ',\n  '
      i++
    } else text += sign
  }
  return text
}
