// npm run bench:report
import { writeReport } from './write-report.ts'

for (const path of await writeReport()) process.stdout.write(`${path}\n`)
