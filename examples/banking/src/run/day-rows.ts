import { CsvFile, type ReadRow } from '../input/csv-file.ts'
import { dayFormat, type SampleRow } from '../input/sample-rows.ts'
import { sampleFile } from '../sample/sample-path.ts'

/** Which of the day's rows come to a branch: those whose number modulo `of` is `index`. */
export interface Share {
  readonly index: number
  readonly of: number
}

/** The rows of the day that come to one branch. */
export async function* dayRows({ index, of }: Share): AsyncGenerator<ReadRow<SampleRow>> {
  const file = await CsvFile.open(sampleFile('day.csv'), dayFormat)
  let number = 0
  for await (const row of file.rows()) if (number++ % of === index) yield row
}
