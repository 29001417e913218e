import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type CompilerError, describeErrors, typeCheck } from '../scripts/types/type-check.ts'

// Each file in test/type-errors makes mistakes, one below each comment that begins with "Mistake:". What the compiler says
// to a person who makes them is written in the file's `.expected.txt`, and is part of the product: read it when it changes,
// and accept it with `npm run test:quick -- type-errors -u`.
const folder = join(import.meta.dirname, 'type-errors')
const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'bank.ts')

let errors: readonly CompilerError[] = []
beforeAll(async () => {
  const check = await typeCheck(folder)
  errors = check.errors
}, 60_000)

describe('what the compiler says of the mistakes in', () => {
  test.each(files)('%s', async (file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    const text = mistakesIn(lines)
      .map(({ title, from, to }) => {
        const own = errors.filter((error) => error.file === join(folder, file) && error.line > from && error.line <= to)
        expect(own, `nothing is said of this mistake: ${title}`).not.toEqual([])
        return `${title}\n${own.map((error) => excerpt(error, lines)).join('')}`
      })
      .join('\n')
    await expect(text).toMatchFileSnapshot(join(folder, file.replace('.ts', '.expected.txt')))
  })

  test('nothing else', () => {
    const stray = errors.filter((error) => {
      const file = files.find((name) => error.file === join(folder, name))
      if (file === undefined) return true
      return (mistakesIn(readFileSync(error.file, 'utf8').split('\n'))[0]?.from ?? Infinity) > error.line
    })
    expect(describeErrors(stray, folder)).toBe('')
  })
})

describe('what docs/guide/types.md quotes is what the compiler says', () => {
  const guide = readFileSync(join(import.meta.dirname, '..', 'docs', 'guide', 'types.md'), 'utf8')
  const blocks = [...guide.matchAll(/^```text\n(.*?)\n```$/gms)].flatMap(([, block = '']) => block.split('\n'))
  const table = [...guide.matchAll(/^\| [^|]+ \| `(.+)` \|$/gm)].map(([, cell = '']) => cell.replaceAll('\\|', '|'))

  test.each([...blocks, ...table])('%s', (quote) => {
    const pieces = quote.split('…').map((piece) => piece.trim())
    const inOrder = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
    expect(errors.map(({ code, message }) => `${code}: ${message}`).join('\n')).toMatch(new RegExp(inOrder))
  })

  test('and there is something to compare', () => {
    expect(blocks.length).toBeGreaterThan(3)
    expect(table.length).toBeGreaterThan(9)
  })
})

/** The mistakes of a file: each reaches to the next. Lines are counted from 1. */
function mistakesIn(
  lines: readonly string[],
): readonly { readonly title: string; readonly from: number; readonly to: number }[] {
  const marker = '// Mistake: '
  const starts = lines.flatMap((line, i) => (line.startsWith(marker) ? [i + 1] : []))
  return starts.map((from, i) => ({
    title: (lines[from - 1] as string).slice(marker.length),
    from,
    to: (starts[i + 1] ?? Infinity) - 1,
  }))
}

/** The line with a caret below the place of the error, and the message. */
function excerpt({ line, column, code, message }: CompilerError, lines: readonly string[]): string {
  return `\n    ${lines[line - 1]}\n    ${' '.repeat(column - 1)}^\n${code}: ${message}\n`
}
