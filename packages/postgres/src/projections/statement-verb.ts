/** The words that a statement begins with, behind white space, semicolons and comments, which nest in PostgreSQL. */
export function beginningOf(sql: string): string {
  let at = 0
  for (;;) {
    if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at)
      if (end === -1) return ''
      at = end + 1
    } else if (sql.startsWith('/*', at)) at = behindComment(sql, at)
    else if (/[\s;]/.test(sql.charAt(at))) at++
    else return sql.slice(at, at + 40)
  }
}

function behindComment(sql: string, from: number): number {
  const delimiter = /\/\*|\*\//g
  delimiter.lastIndex = from
  let depth = 0
  for (let found = delimiter.exec(sql); found !== null; found = delimiter.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return delimiter.lastIndex
  }
  return sql.length
}
