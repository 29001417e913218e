import { type FileHandle, open } from 'node:fs/promises'
import { messageOf, ProgramError } from '../program-error.ts'
import { BrokenLine, type CsvLine, csvLines } from './csv-lines.ts'

/** How the lines of a file become rows. */
export interface CsvFormat<Column extends string, Row> {
  readonly delimiter: string
  /** They must all be there, in any order and among others. */
  readonly columns: readonly Column[]
  /** @throws InvalidField when the record is no row */
  readonly rowOf: (record: Readonly<Record<Column, string>>) => Row
}

/** A field that does not say what it should. The reader adds the file and the line. */
export class InvalidField extends Error {
  override readonly name = 'InvalidField'
}

/** A row, and where in the file it stands. */
export interface ReadRow<Row> {
  readonly row: Row
  readonly line: number
  readonly bytesRead: number
}

/** A CSV file with a header, read as a stream: it may be larger than the memory. */
export class CsvFile<Column extends string, Row> {
  readonly path: string
  /** In bytes; 0 when it is not known. */
  readonly size: number
  readonly #file: FileHandle
  readonly #format: CsvFormat<Column, Row>

  private constructor(path: string, size: number, file: FileHandle, format: CsvFormat<Column, Row>) {
    this.path = path
    this.size = size
    this.#file = file
    this.#format = format
  }

  /** @throws ProgramError (`INPUT_UNREADABLE`) */
  static async open<Column extends string, Row>(
    path: string,
    format: CsvFormat<Column, Row>,
  ): Promise<CsvFile<Column, Row>> {
    const file = await open(path).catch(unreadable)
    const status = await file.stat()
    if (!status.isDirectory()) return new CsvFile(path, status.size, file, format)
    await file.close()
    return unreadable(`${path} is a directory`)
  }

  /**
   * The rows, in the order of the file. To be read once; the file is closed afterwards.
   * @throws ProgramError (`INPUT_BROKEN`) at the first line that is no row, with its number
   */
  async *rows(): AsyncGenerator<ReadRow<Row>> {
    try {
      let columns: readonly (readonly [Column, number])[] | undefined
      for await (const line of csvLines(this.#chunks(), this.#format.delimiter)) {
        if (columns === undefined) columns = this.#columnsOf(line)
        else yield { row: this.#rowOf(line, columns), line: line.line, bytesRead: line.bytesRead }
      }
      if (columns === undefined) throw new BrokenLine(1, 'the file is empty, and the names of the columns are expected')
    } catch (error) {
      if (!(error instanceof BrokenLine)) throw error
      const message = `${this.path}, line ${error.line}: ${error.message}.`
      throw new ProgramError('INPUT_BROKEN', message, { cause: error })
    }
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    try {
      yield* this.#file.createReadStream()
    } catch (error) {
      unreadable(error)
    }
  }

  #columnsOf({ fields, line }: CsvLine): readonly (readonly [Column, number])[] {
    const { columns, delimiter } = this.#format
    const missing = columns.filter((column) => !fields.includes(column))
    if (missing.length === 0) return columns.map((column) => [column, fields.indexOf(column)])
    const expected = columns.join(delimiter)
    const found = JSON.stringify(fields.join(delimiter).slice(0, 200))
    throw new BrokenLine(line, `the columns ${expected} are expected; missing in ${found}: ${missing.join(', ')}`)
  }

  #rowOf({ fields, line }: CsvLine, columns: readonly (readonly [Column, number])[]): Row {
    // Every line has as many fields as the header: the parser sees to it.
    const record = Object.fromEntries(columns.map(([column, index]) => [column, fields[index]])) as Record<
      Column,
      string
    >
    try {
      return this.#format.rowOf(record)
    } catch (error) {
      throw error instanceof InvalidField ? new BrokenLine(line, error.message, { cause: error }) : error
    }
  }
}

function unreadable(cause: unknown): never {
  throw new ProgramError('INPUT_UNREADABLE', `The input cannot be read: ${messageOf(cause)}.`, { cause })
}
