import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readResults } from '../results/files.ts'
import type { ResultFile } from '../results/result-file.ts'
import { allTables, circumstances, goalsTable, limitsTable } from './own-page.ts'
import { GROWTH_PLOT, growthPlots, ownPlots, type Plot } from './own-plots.ts'
import { differences, oracleTable, peerTables, ratioTable, roundTripTable } from './peer-page.ts'
import { peerPlots } from './peer-plots.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** Where committed results are, and where the page about them goes. */
export interface ReportPlaces {
  readonly results: string
  readonly docs: string
}

const PLACES: ReportPlaces = { results: join(root, 'bench', 'results'), docs: join(root, 'docs', 'guide') }

/** Everything that is committed. */
interface AllResults {
  readonly own: ResultFile | undefined
  readonly peers: ResultFile | undefined
  readonly growth: ResultFile | undefined
  /** The same as `own`, from other machines or of another commit. */
  readonly elsewhere: readonly ResultFile[]
}

const ELSEWHERE = /^eventcore-.+\.json$/

/**
 * Writes the page and its plots from `eventcore.json`, `peers.json`, `growth.json` and, of other machines or commits,
 * `eventcore-NAME.json`; answers what it wrote.
 */
export async function writeReport({ results, docs }: ReportPlaces = PLACES): Promise<readonly string[]> {
  const read = async (name: string): Promise<ResultFile | undefined> => {
    const path = join(results, name)
    return existsSync(path) ? await readResults(path) : undefined
  }
  const [own, peers, growth] = await Promise.all([read('eventcore.json'), read('peers.json'), read('growth.json')])
  const others = (await readdir(results)).filter((name) => ELSEWHERE.test(name)).sort()
  const elsewhere = await Promise.all(others.map((name) => readResults(join(results, name))))
  const plots = [
    ...(own === undefined ? [] : ownPlots(own)),
    ...(growth === undefined ? [] : growthPlots(growth)),
    ...(peers === undefined ? [] : peerPlots(peers)),
  ]
  const folder = join(docs, 'benchmarks')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const { name, svg } of plots) await writeFile(join(folder, `${name}.svg`), svg)
  const page = join(docs, 'benchmarks.md')
  await writeFile(page, pageOf({ own, peers, growth, elsewhere }, plots))
  return [page, ...plots.map(({ name }) => join(folder, `${name}.svg`))]
}

function pageOf({ own, peers, growth, elsewhere }: AllResults, plots: readonly Plot[]): string {
  const images = (some: readonly Plot[]): string =>
    some.map(({ name, title }) => `![${title}](benchmarks/${name}.svg)`).join('\n')
  const section = (title: string, ...parts: readonly string[]): string =>
    [`## ${title}`, ...parts].filter((part) => part !== '').join('\n\n')
  const isPeers = ({ name }: Plot): boolean => name.startsWith('peers-')
  const isGrowth = ({ name }: Plot): boolean => name === GROWTH_PLOT
  const isOwn = (plot: Plot): boolean => !isPeers(plot) && !isGrowth(plot)
  return `${[
    '# Benchmarks',
    'Written by `npm run bench:report` from `bench/results`. [What the figures mean, and what limits them](performance.md). A command is a whole one: input validated, streams folded, decided, events validated and encoded, committed with its record, durably. Every run was checked: what was acknowledged is in the log, nothing else is, and no account was ever in debt. Figures are medians over the runs; *from – to* are the slowest and the fastest of them.',
    ...(own === undefined
      ? []
      : [
          section('EventCore', circumstances(own), goalsTable(own), images(plots.filter(isOwn))),
          section('What is possible here', limitsTable(own)),
        ]),
    ...elsewhere.map((other) =>
      section(
        isHere(other, own)
          ? `On the same machine, commit ${other.code ?? 'unknown'}`
          : `On another machine, ${other.machine.model}, with the code of ${other.startedAt.slice(0, 10)}`,
        circumstances(other),
        goalsTable(other),
        limitsTable(other),
      ),
    ),
    ...(growth === undefined
      ? []
      : [
          section(
            'With more and more events',
            circumstances(growth),
            images(plots.filter(isGrowth)),
            allTables(growth.cells),
          ),
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
    ...elsewhere.map((other) =>
      section(
        isHere(other, own)
          ? `All figures of commit ${other.code ?? 'unknown'}`
          : `All figures of the ${other.machine.model}`,
        allTables(other.cells),
      ),
    ),
  ].join('\n\n')}\n`
}

/** Of another commit, then: a part of the figures that is younger than the rest. */
function isHere(other: ResultFile, own: ResultFile | undefined): boolean {
  return other.machine.model === own?.machine.model
}
