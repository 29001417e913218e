import { CsvError, parse } from 'csv-parse'

export interface CsvLine {
  readonly fields: readonly string[]
  /** Counted from 1. */
  readonly line: number
  /** How far into the file it is, for a progress bar. */
  readonly bytesRead: number
}

/** A line that is not CSV, or not what it should say. */
export class BrokenLine extends Error {
  override readonly name = 'BrokenLine'
  readonly line: number

  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.line = line
  }
}

/** What no line of bank data comes near: a file that is not CSV at all must not fill the memory. */
const LONGEST_LINE = 65_536

/**
 * Splits a CSV file into lines and fields, chunk by chunk. All lines before a broken one come first, then the error: what
 * stands before it is not lost with it.
 * @throws BrokenLine
 */
export async function* csvLines(source: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<CsvLine> {
  const lines: CsvLine[] = []
  let lastLine = 0
  const parser = parse({
    delimiter,
    bom: true,
    // Left to itself the parser takes the ending of the first line for that of all, and a line that ends otherwise, added
    // by another editor or a shell, would run into the next.
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_LINE,
    // Taken here and not from the parser as a stream, which drops what it has parsed when it meets an error.
    on_record: (fields: string[], { lines: line, bytes: bytesRead }) => {
      lines.push({ fields, line, bytesRead })
      lastLine = line
      return null
    },
  }).resume()
  // Each error comes to the callback of the call that met it, too.
  parser.on('error', () => {})
  const errorOf = (call: (done: (error?: Error | null) => void) => void): Promise<Error | null | undefined> =>
    new Promise(call)
  try {
    for await (const chunk of source) {
      const error = await errorOf((done) => parser.write(chunk, done))
      yield* lines.splice(0)
      if (error) throw new BrokenLine(lastLine + 1, problemOf(error), { cause: error })
    }
    const error = await errorOf((done) => parser.end(done))
    yield* lines.splice(0)
    if (error) throw new BrokenLine(lastLine + 1, problemOf(error), { cause: error })
  } finally {
    parser.destroy()
  }
}

/** In our own words: csv-parse names the line where it noticed, which can be far from the one that is broken. */
function problemOf(error: Error): string {
  if (!(error instanceof CsvError)) return error.message
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH': {
      const { record } = error
      const found = Array.isArray(record) ? `, and this one has ${record.length}` : ''
      return `every line has as many fields as the first one${found}`
    }
    case 'CSV_MAX_RECORD_SIZE':
      return `it does not end within ${LONGEST_LINE} bytes, or a quote in it is not closed`
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote in it is not closed'
    default:
      return 'a quote stands in the middle of a field'
  }
}
