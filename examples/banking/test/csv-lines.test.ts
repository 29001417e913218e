import { describe, expect, test } from 'vitest'
import { BrokenLine, csvLines } from '../src/input/csv-lines.ts'

/** All lines that come, and the error that ends them, with the text cut into chunks of so many bytes. */
async function read(
  text: string,
  chunkSize = 1_000_000,
): Promise<{ lines: [number, ...string[]][]; error?: BrokenLine }> {
  const bytes = Buffer.from(text)
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  const lines: [number, ...string[]][] = []
  try {
    for await (const { line, fields } of csvLines(chunks(), ';')) lines.push([line, ...fields])
  } catch (error) {
    if (error instanceof BrokenLine) return { lines, error }
    throw error
  }
  return { lines }
}

describe.each([1, 3, 7, 1_000_000])('in chunks of %d bytes', (chunkSize) => {
  test('lines come with their numbers', async () => {
    expect(await read('a;b\n"1";2\n3;"x;y"\n', chunkSize)).toEqual({
      lines: [
        [1, 'a', 'b'],
        [2, '1', '2'],
        [3, '3', 'x;y'],
      ],
    })
  })

  test('lines may end in different ways', async () => {
    const text = 'a;b\r\n1;2\n3;"x\ny"\r\n4;5\n6;7\r8;9'
    expect(await read(text, chunkSize)).toEqual({
      lines: [
        [1, 'a', 'b'],
        [2, '1', '2'],
        [4, '3', 'x\ny'],
        [5, '4', '5'],
        [6, '6', '7'],
        [7, '8', '9'],
      ],
    })
  })

  test.each([
    ['another line ending', 'a;b\r\n1;2\r\ngarbage\n4;5\r\n', /this one has 1$/],
    ['an empty line among others that end with two characters', 'a;b\r\n1;2\r\n\r\n4;5\r\n', /as many fields/],
    ['a field too few', 'a;b\n1;2\n3\n4;5\n', /as many fields as the first one, and this one has 1$/],
    ['a field too many', 'a;b\n1;2\n3;4;5\n6;7\n', /this one has 3$/],
    ['an empty line', 'a;b\n1;2\n\n4;5\n', /as many fields/],
    ['a quote that is not closed', `a;b\n1;2\n"3;4\n5;6\n`, /a quote in it is not closed/],
    ['a quote in the middle', 'a;b\n1;2\n3"x;4\n5;6\n', /a quote stands in the middle/],
    ['text after a quote', 'a;b\n1;2\n"3"x;4\n5;6\n', /a quote stands in the middle/],
  ])('%s ends them, with its number, after all lines before it', async (_, text, problem) => {
    const { lines, error } = await read(text, chunkSize)
    expect(lines).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ])
    expect(error?.line).toBe(3)
    expect(error?.message).toMatch(problem)
  })
})

test('a byte order mark, carriage returns and a missing newline at the end do no harm', async () => {
  expect(await read('\ufeffa;b\r\n1;2\r\n3;4')).toEqual({
    lines: [
      [1, 'a', 'b'],
      [2, '1', '2'],
      [3, '3', '4'],
    ],
  })
})

test('a line without an end is refused before it fills the memory', async () => {
  const { lines, error } = await read(`a;b\n1;${'x'.repeat(200_000)}`, 4_096)
  expect(lines).toEqual([[1, 'a', 'b']])
  expect(error?.line).toBe(2)
  expect(error?.message).toMatch(/does not end within 65536 bytes/)
})

test('an empty file has no lines', async () => {
  expect(await read('')).toEqual({ lines: [] })
})
