import { parseSync } from 'oxc-parser'

/** A fenced block of TypeScript in the documentation. */
export interface CodeBlock {
  /** The line of its first line of code, counted from 1. */
  readonly line: number
  /** In the columns in which they stand in the file: what comes before them is blank. */
  readonly code: readonly string[]
  /** Whether it goes on where the block before it ended: ` ```ts continues `. */
  readonly continues: boolean
  /** The file that a reader puts it into: ` ```ts file: name.ts `. Blocks of the same file follow one another there. */
  readonly file?: string
}

/** Another way to write the language of a block would be a way around the check. */
const OTHER_NAMES = /^(typescript|tsx|js|jsx|javascript|mts|cts)$/

/**
 * The blocks of TypeScript in a page, but for those that say why they are not checked: ` ```ts no-check: reason `.
 * @throws Error for a block that is marked in another way
 */
export function codeBlocks(file: string, lines: readonly string[]): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  for (let i = 0; i < lines.length; i++) {
    const opening = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/.exec(lines[i] as string)
    if (opening === null) continue
    const [, , fence = '', language = '', mark = ''] = opening
    const number = i + 1
    const refuse = (reason: string): never => {
      throw new Error(`${file}:${number}: ${reason}`)
    }
    const end = lines.findIndex((line, at) => at > i && line.trim() === fence)
    if (end === -1) refuse('this block does not end')
    const code = lines.slice(i + 1, end)
    i = end
    if (OTHER_NAMES.test(language)) refuse(`write "${fence}ts", so that the block is checked, and not "${language}"`)
    if (language !== 'ts') continue
    if (/^no-check(:|$)/.test(mark)) {
      if (!/^no-check: ?\S/.test(mark)) refuse(`say why it is not checked: "${fence}ts no-check: reason"`)
      continue
    }
    const [, target] = /^file: ([\w-]+(?:\.[\w-]+)*\.ts)$/.exec(mark) ?? []
    if (mark !== '' && mark !== 'continues' && target === undefined)
      refuse(`"${mark}" means nothing here: "continues", "file: name.ts" and "no-check: reason" do`)
    if (mark === 'continues' && blocks.length === 0) refuse('there is no block before it that it could continue')
    const block = { line: number + 1, code, continues: mark === 'continues' }
    blocks.push(target === undefined ? block : { ...block, file: target })
  }
  return blocks
}

/**
 * The lines of a source file that stand in its doc comments, the others blank: what {@link codeBlocks} reads them from.
 * @throws Error for an `@example` without a block
 */
export function docCommentLines(file: string, source: string): readonly string[] {
  const comments = parseSync(file, source).comments.filter(
    ({ type, value }) => type === 'Block' && value.startsWith('*'),
  )
  const lines = source.split('\n').map(() => '')
  for (const { start, value } of comments) {
    const first = source.slice(0, start).split('\n').length - 1
    const text = `/*${value}`
      .split('\n')
      .map((line) => line.replace(/^\s*\/?\*+ ?/, (margin) => ' '.repeat(margin.length)))
    for (const [i, line] of text.entries()) lines[first + i] = line
    text.forEach((line, i) => {
      if (/^\s*@example\b/.test(line) && !/^\s*(`{3}|~{3})/.test(text[i + 1] ?? ''))
        throw new Error(`${file}:${first + i + 1}: the line after @example opens a block: \`\`\`ts`)
    })
  }
  return lines
}
