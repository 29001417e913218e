import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readResults } from '../results/files.ts'
import type { ResultFile } from '../results/result-file.ts'
import { allTables, circumstances, goalsTable, limitsTable } from './own-page.ts'
import { ownPlots, type Plot } from './own-plots.ts'
import { differences, oracleTable, peerTables, ratioTable, roundTripTable } from './peer-page.ts'
import { peerPlots } from './peer-plots.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** Where committed results are, and where the page about them goes. */
export interface ReportPlaces {
  readonly results: string
  readonly docs: string
}

const PLACES: ReportPlaces = { results: join(root, 'bench', 'results'), docs: join(root, 'docs', 'guide') }

/** Writes the page and its plots from `eventcore.json`, `peers.json` and `growth.json`; answers what it wrote. */
export async function writeReport({ results, docs }: ReportPlaces = PLACES): Promise<readonly string[]> {
  const read = async (name: string): Promise<ResultFile | undefined> => {
    const path = join(results, name)
    return existsSync(path) ? await readResults(path) : undefined
  }
  const [own, peers, growth] = await Promise.all([read('eventcore.json'), read('peers.json'), read('growth.json')])
  const plots = [...(own === undefined ? [] : ownPlots(own, growth)), ...(peers === undefined ? [] : peerPlots(peers))]
  const folder = join(docs, 'benchmarks')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const { name, svg } of plots) await writeFile(join(folder, `${name}.svg`), svg)
  const page = join(docs, 'benchmarks.md')
  await writeFile(page, pageOf(own, peers, plots))
  return [page, ...plots.map(({ name }) => join(folder, `${name}.svg`))]
}

function pageOf(own: ResultFile | undefined, peers: ResultFile | undefined, plots: readonly Plot[]): string {
  const images = (some: readonly Plot[]): string =>
    some.map(({ name, title }) => `![${title}](benchmarks/${name}.svg)`).join('\n')
  const section = (title: string, ...parts: readonly string[]): string =>
    [`## ${title}`, ...parts].filter((part) => part !== '').join('\n\n')
  const isPeers = ({ name }: Plot): boolean => name.startsWith('peers-')
  return `${[
    '# Benchmarks',
    'Written by `npm run bench:report` from `bench/results`. [What the figures mean, and what limits them](performance.md). A command is a whole one: input validated, streams folded, decided, events validated and encoded, committed with its record, durably. Every run was checked: what was acknowledged is in the log, nothing else is, and no account was ever in debt. Figures are medians over the runs; *from – to* are the slowest and the fastest of them.',
    ...(own === undefined
      ? []
      : [
          section('EventCore', circumstances(own), goalsTable(own), images(plots.filter((plot) => !isPeers(plot)))),
          section('What is possible here', limitsTable(own)),
        ]),
    ...(peers === undefined
      ? []
      : [
          section(
            'Beside others',
            'The same business on the same server in one run, in turns, with 10 connections each, every library used by the way that its own docs recommend. No library does exactly what another does:',
            differences(peers),
            circumstances(peers),
            ratioTable(peers),
            images(plots.filter(isPeers)),
            roundTripTable(peers),
          ),
          section(
            'Whether it was right',
            'The same oracle judged everybody, over all runs: every acknowledged entry must be in the log, nothing else may be, no account may be in debt, and no account may be opened twice. *Not delivered*: events of the log that a subscriber who read from the first event to the last was never given; they had been written by ten connections at once. *Gave up*: calls that ended in an error or in a conflict after the library’s own retries.',
            oracleTable(peers),
          ),
          section('All figures beside others', peerTables(peers)),
        ]),
    ...(own === undefined ? [] : [section('All figures of EventCore', allTables(own.cells))]),
  ].join('\n\n')}\n`
}
