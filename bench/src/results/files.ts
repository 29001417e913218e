import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { RESULT_FORMAT, type ResultFile } from './result-file.ts'

export async function writeResults(path: string, results: ResultFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(results, null, 1)}\n`)
}

/** @throws Error when it is none, or of another format */
export async function readResults(path: string): Promise<ResultFile> {
  const results: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (typeof results !== 'object' || results === null || !('format' in results) || results.format !== RESULT_FORMAT)
    throw new Error(`${path} holds no results of this benchmark (format ${RESULT_FORMAT}).`)
  // Only our own program writes this format.
  return results as ResultFile
}
