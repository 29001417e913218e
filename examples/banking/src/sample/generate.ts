// Writes the two files of the sample, the same ones every time: `npm run sample` in this folder.
import { writeFile } from 'node:fs/promises'
import { sampleFiles } from './sample-files.ts'
import { sampleFile } from './sample-path.ts'

for (const [name, text] of Object.entries(sampleFiles())) await writeFile(sampleFile(name), text)
