import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docMarkdown } from '../scripts/docs/reference/doc-markdown.ts'
import { publicDeclarations } from '../scripts/docs/reference/public-declarations.ts'
import { referenceMarkdown } from '../scripts/docs/reference/reference-page.ts'
import { wrapSignature } from '../scripts/docs/reference/wrap-signature.ts'

const nowhere = () => undefined

/** What is found in declaration files of this content, the first of which is the index. */
function found(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'eventcore-reference-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return publicDeclarations(join(folder, 'index.d.ts'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('what an index names is found where it is declared, and what it does not name is not', () => {
  const index = "export { Box, type Size } from './box.ts';\nexport declare const limit: number;\n"
  const box =
    '/** Holds. */\nexport declare class Box {}\nexport type Size = 1 | 2;\nexport type Secret = 3;\nexport {};\n'
  expect(found({ 'index.d.ts': index, 'box.d.ts': box })).toEqual([
    { name: 'Box', kind: 'class', folder: '', doc: 'Holds.', code: 'class Box {}' },
    { name: 'Size', kind: 'type', folder: '', doc: '', code: 'type Size = 1 | 2;' },
    { name: 'limit', kind: 'constant', folder: '', doc: '', code: 'const limit: number;' },
  ])
})

test('members that are private or internal are left out, with their comments', () => {
  const index = [
    'export declare class Box {',
    '    #private;',
    '    private secret;',
    '    /** Kept. */',
    '    open(): void;',
    '    /** @internal */',
    '    hidden(): void;',
    '}',
  ].join('\n')
  expect(found({ 'index.d.ts': index })[0]?.code).toBe('class Box {\n  /** Kept. */\n  open(): void;\n}')
})

test('overloads stand together, each with its comment', () => {
  const index =
    '/** One. */\nexport declare function f(a: 1): void;\n/** Two. */\nexport declare function f(a: 2): void;\n'
  expect(found({ 'index.d.ts': index })).toMatchObject([
    { kind: 'function', doc: 'One.', code: 'function f(a: 1): void;\n/** Two. */\nfunction f(a: 2): void;' },
  ])
})

test('an export that leads nowhere is an error', () => {
  expect(() => found({ 'index.d.ts': "export { A } from './a.ts'\n", 'a.d.ts': 'export {}\n' })).toThrow('declare A')
})

test('a doc comment becomes Markdown: links, parameters, errors, and types that are no elements', () => {
  const doc =
    'Uses {@link Box} and {@link Other}: a Map<string>, `a<b>`.\n\n@param size in mm\n@throws TooBig\n@example\n```ts\na<b>()\n```'
  expect(docMarkdown(doc, (name) => (name === 'Box' ? '#Box' : undefined))).toBe(
    [
      'Uses [`Box`](#Box) and `Other`: a Map&lt;string>, `a<b>`.',
      '- `size`: in mm',
      '**Throws** TooBig',
      '```ts\na<b>()\n```',
    ].join('\n\n'),
  )
})

test('a long signature has a line for each parameter, a short one stays', () => {
  const long = `function execute<Name extends string, Rejections>(command: Command<Name, Rejections>, done: (a: string) => void): Promise<Outcome<Rejections>>;`
  expect(wrapSignature(long)).toBe(
    [
      'function execute<',
      '  Name extends string,',
      '  Rejections,',
      '>(',
      '  command: Command<Name, Rejections>,',
      '  done: (a: string) => void,',
      '): Promise<Outcome<Rejections>>;',
    ].join('\n'),
  )
  expect(wrapSignature('function f(a: 1): void;')).toBe('function f(a: 1): void;')
})

test('names that differ by a capital letter only have anchors that differ by more', () => {
  const names = ['inlineProjection', 'InlineProjection'] as const
  const declarations = names.map((name) => ({ name, kind: 'type', folder: '', doc: '', code: '' }) as const)
  const page = referenceMarkdown({ path: 'a', title: 'a', specifier: 'a', declarations }, nowhere)
  expect(page.match(/\{#.*\}/g)).toEqual(['{#fn-inlineProjection}', '{#InlineProjection}'])
})
