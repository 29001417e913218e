import type { FaultKind } from './faults/fault-kind.ts'
import type { RoundReport } from './round-report.ts'
import type { Target } from './targets/arena.ts'

/** Something that a run must have seen at least once: otherwise it proves nothing about it. */
export interface Sometimes {
  readonly what: string
  readonly times: number
}

/** What a run with these faults must see. `missing`: faults that were asked for by name, and cannot be had. */
export function sometimes(
  target: Target,
  faults: readonly FaultKind[],
  missing: readonly FaultKind[],
  rounds: readonly RoundReport[],
): readonly Sometimes[] {
  const sum = (of: (round: RoundReport) => number): number => rounds.reduce((total, round) => total + of(round), 0)
  const any = (...kinds: readonly FaultKind[]): boolean => kinds.some((kind) => faults.includes(kind))
  const processesDie = any('kill', 'kill-in-flush')
  const repliesGetLost = any('lose-reply', 'kill-server', 'end-backends', 'cut')
  const seen: Sometimes[] = [
    { what: 'a commit', times: sum(({ acknowledged }) => acknowledged) },
    { what: 'a conflict', times: sum(({ figures }) => figures.conflicts) },
    { what: 'a command that succeeded after a conflict', times: sum(({ figures }) => figures.retried) },
    { what: 'a decision without events that was verified', times: sum(({ figures }) => figures.verified) },
    { what: 'an event that a follower was given', times: sum(({ deliveries }) => deliveries) },
  ]
  if (processesDie) {
    seen.push({ what: 'a call without an answer that left nothing', times: sum((round) => round.unknownAbsent) })
    // Where the client itself commits, it has to be killed on purpose between the commit and its answer.
    if (target.name !== 'sqlite' || any('kill-in-flush'))
      seen.push({ what: 'a commit of which nobody was told', times: sum((round) => round.unknownCommitted) })
    if (target.name === 'sqlite' || target.name === 'postgres')
      seen.push({
        what: 'a process that took the read model over from another',
        times: sum((round) => round.takeOvers),
      })
  }
  // Between a commit and its answer a session is ended too rarely for that.
  if (any('lose-reply'))
    seen.push({
      what: 'an append without an answer that was found',
      times: sum(({ figures }) => figures.foundAfterUnknown),
    })
  if (repliesGetLost)
    seen.push(
      { what: 'an append without an answer', times: sum(({ figures }) => figures.unknownAppends) },
      {
        what: 'an append without an answer that was not there, and was made again',
        times: sum(({ figures }) => figures.absentAfterUnknown),
      },
    )
  for (const kind of [...faults, ...missing])
    seen.push({ what: `fault ${kind}`, times: sum(({ strikes }) => strikes[kind] ?? 0) })
  return seen
}
