const SEPARATOR = /[\s;]/
const WORD = /[a-z]*/iy

/** Where the next statement begins, behind white space, semicolons and comments: the length of the text where none does. */
export function statementStart(sql: string, from: number): number {
  for (let at = from; ; ) {
    if (sql.startsWith('--', at)) at = behind('\n', sql, at + 2)
    else if (sql.startsWith('/*', at)) at = behind('*/', sql, at + 2)
    else if (SEPARATOR.test(sql.charAt(at))) at++
    else return at
  }
}

/**
 * The word that says what a statement does, in capitals. `EXPLAIN` is passed over: SQLite carries some PRAGMAs out while it compiles
 * them, so that one which is only explained has its effect.
 */
export function verbOf(sql: string, start: number): string {
  for (let at = start; ; ) {
    WORD.lastIndex = at
    const word = WORD.exec(sql)?.[0].toUpperCase() ?? ''
    if (word !== 'EXPLAIN' && word !== 'QUERY' && word !== 'PLAN') return word
    at = statementStart(sql, at + word.length)
  }
}

/** SQLite takes a comment that does not end for one that ends with the text. */
function behind(end: string, sql: string, from: number): number {
  const at = sql.indexOf(end, from)
  return at === -1 ? sql.length : at + end.length
}
