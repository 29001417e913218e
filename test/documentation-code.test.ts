import { beforeAll, describe, expect, test } from 'vitest'
import { checkDocumentedCode, documentedFiles } from '../scripts/docs/check-code.ts'
import { codeBlocks, docCommentLines } from '../scripts/docs/code-blocks.ts'
import type { CompilerError } from '../scripts/types/type-check.ts'

const files = documentedFiles()
let checked: ReadonlyMap<string, readonly CompilerError[]> = new Map()
beforeAll(async () => {
  checked = await checkDocumentedCode(files)
}, 60_000)

describe('code in the documentation compiles', () => {
  // Only the pages have tests of their own: most sources have no examples.
  test.each(files.filter((file) => file.endsWith('.md')))('%s', (file) => {
    expect(told(checked.get(file) ?? [])).toEqual([])
  })

  test('doc comments', () => {
    const errors = [...checked].filter(([file]) => !file.endsWith('.md')).flatMap(([, found]) => told(found))
    expect(errors).toEqual([])
  })

  test('README.md and the doc comments of defineStream are among it', () => {
    expect([...checked.keys()]).toEqual(
      expect.arrayContaining(['README.md', 'packages/core/src/stream/define-stream.ts']),
    )
  })
})

const told = (errors: readonly CompilerError[]): readonly string[] =>
  errors.map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code}: ${message}`)

const blocksIn = (text: string) => codeBlocks('page.md', text.split('\n'))

describe('the code blocks of a page', () => {
  test('are those marked ts, with the line on which they begin', () => {
    const text = 'A\n```ts\nconst a = 1\n\nconst b = 2\n```\n```sh\nnpm test\n```\n  ~~~ts continues\n  b\n  ~~~\n'
    expect(blocksIn(text)).toEqual([
      { line: 3, code: ['const a = 1', '', 'const b = 2'], continues: false },
      { line: 11, code: ['  b'], continues: true },
    ])
  })

  test('are put into the file that they name', () => {
    expect(blocksIn('```ts file: a.test.ts\na\n```')).toEqual([
      { line: 2, code: ['a'], continues: false, file: 'a.test.ts' },
    ])
    expect(() => blocksIn('```ts file: ../a.ts\n```')).toThrow('"file: ../a.ts" means nothing here')
  })

  test('are left out when they say why', () => {
    expect(blocksIn('```ts no-check: a sketch\n???\n```')).toEqual([])
  })

  test.each([
    ['```ts no-check\n```', 'page.md:1: say why it is not checked: "```ts no-check: reason"'],
    ['```ts no-check:\n```', 'page.md:1: say why it is not checked'],
    ['```ts nocheck\n```', 'page.md:1: "nocheck" means nothing here'],
    ['```typescript\n```', 'page.md:1: write "```ts", so that the block is checked, and not "typescript"'],
    ['```js\n```', 'page.md:1: write "```ts"'],
    ['a\n```ts\nconst a = 1', 'page.md:2: this block does not end'],
    ['```ts continues\n```', 'page.md:1: there is no block before it'],
  ])('are refused in %j', (text, message) => {
    expect(() => blocksIn(text)).toThrow(message)
  })
})

describe('the doc comments of a source', () => {
  const lines = (source: string) => docCommentLines('a.ts', source)

  test('keep their lines and columns, and nothing else is there', () => {
    const source = '/** Adds.\n *\n * ```ts\n *   add(1)\n * ```\n */\nexport const x = "/** no */" // ```ts\n'
    expect(lines(source)).toEqual(['    Adds.', '  ', '   ```ts', '     add(1)', '   ```', ' ', '', ''])
    expect(lines('/* no doc comment ```ts */\n')).toEqual(['', ''])
  })

  test('have a block after @example', () => {
    expect(() => lines('/**\n * @example\n * add(1)\n */')).toThrow('a.ts:2: the line after @example opens a block')
    expect(lines('/**\n * @example\n * ```ts\n * ```\n */')).toHaveLength(5)
  })
})
