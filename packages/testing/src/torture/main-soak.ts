// `npm run soak`: works for a long time, and looks at the memory of the process once a minute.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { HELP, misused, numberOf, readOptions } from './command-line.ts'
import { endWithSignals } from './end-with-signals.ts'
import { growthPerHour, soak } from './soak.ts'
import { chooseTarget } from './targets/choose-target.ts'
import { openLocation } from './targets/store-location.ts'
import { tortureWorkload, workloadNames } from './workers/torture-workload.ts'

endWithSignals()
const values = readOptions(
  () =>
    parseArgs({
      options: {
        store: { type: 'string', default: 'sqlite:' },
        minutes: { type: 'string' },
        clients: { type: 'string' },
        seed: { type: 'string' },
        ...HELP,
      },
    }).values,
  () => `npm run soak -- [options]

  --store     sqlite:PATH, postgres://…, postgres: (a server is started)   default sqlite:
  --minutes   how long it works                                            default 30
  --clients   at once                                                      default 32
  --seed      determines the commands                                      default 1`,
)
const minutes = numberOf('minutes', values.minutes) ?? 30
const clients = numberOf('clients', values.clients) ?? 32
const seed = numberOf('seed', values.seed) ?? 1
if (!/^(sqlite|postgres|postgresql):/.test(values.store))
  misused(`--store does not know ${JSON.stringify(values.store)}.`)
const write = (text: string): void => void process.stdout.write(`${text}\n`)
const directory = mkdtempSync(join(tmpdir(), 'eventcore-soak-'))
const target = await chooseTarget({ store: values.store }, directory)
const arena = await target.arena('soak')
try {
  const { direct } = arena
  // Small, so that it is full long before the end.
  const location = direct.kind === 'sqlite' ? { ...direct, cachedStreams: 2_000 } : { ...direct, patient: true }
  const opened = await openLocation(location, Date.now)
  const samples = await soak(opened, {
    minutes,
    seed,
    clients,
    workload: tortureWorkload(workloadNames.filter((name) => name !== 'bulk')),
    onSample: (sample) => write(JSON.stringify(sample)),
  })
  await opened.store.close()
  const last = samples.at(-1)
  write(
    `${target.name}: ${last?.commands} commands and ${last?.events} events in ${minutes} minutes; after the first third the heap ` +
      `grew by ${growthPerHour(samples)} MB an hour and was ${last?.heapMegabytes} MB in the end`,
  )
} finally {
  await arena.dispose()
  await target.dispose()
  rmSync(directory, { recursive: true, force: true })
}
