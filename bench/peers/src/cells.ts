/** A scenario for one participant. */
export interface PeerCell {
  readonly scenario: string
  readonly participant: string
  readonly cached: boolean
  readonly inFlight: number
  readonly parameter?: number
  /** Of the time that a measurement of a headline takes. */
  readonly share: number
  /** How fast, as opposed to whether it is right: measured in all rounds first. */
  readonly headline: boolean
  /** Through a counter of round trips, which slows it down: its times count for nothing. */
  readonly counted: boolean
}

const everybody = ['eventcore', 'eventcore/uncached', 'emmett', 'castore', 'dcb-es', 'orgops']
const overTwoStreams = everybody.filter((name) => name !== 'emmett')
const withFeed = ['eventcore', 'emmett', 'dcb-es', 'orgops']

type Options = Partial<Pick<PeerCell, 'inFlight' | 'parameter' | 'share' | 'counted' | 'headline'>>

const row = (scenario: string, participants: readonly string[], options: Options = {}): readonly PeerCell[] =>
  participants.map((name) => ({
    scenario,
    participant: name.split('/')[0] ?? name,
    cached: !name.endsWith('/uncached'),
    inFlight: 64,
    share: 1,
    headline: options.share === undefined,
    counted: false,
    ...options,
  }))

/** Those that are compared with one another stand together, so that they are measured one right after the other. */
export const PEER_CELLS: readonly PeerCell[] = [
  ...row('deposit', everybody),
  ...row('transfer', overTwoStreams),
  ...row('transfer', overTwoStreams, { inFlight: 1 }),
  ...row('zipf-transfer', overTwoStreams),
  ...row('zipf-deposit', everybody),
  ...row('deposit-embedded', ['eventcore-sqlite', 'emmett-sqlite'], { inFlight: 1 }),
  ...row('catch-up', withFeed, { inFlight: 1, parameter: 20_000, headline: false }),
  ...row('delivery', withFeed, { inFlight: 1, parameter: 15, headline: false }),
  ...row('oversell', everybody, { share: 0.5 }),
  ...row('oversell-transfer', overTwoStreams, { share: 0.5 }),
  ...row('open-once', everybody, { share: 0.5 }),
  ...row('deposit', everybody, { inFlight: 1, share: 0.3, counted: true }),
  ...row('transfer', overTwoStreams, { inFlight: 1, share: 0.3, counted: true }),
]

export function peerCellId({ scenario, participant, cached, inFlight, parameter, counted }: PeerCell): string {
  return [
    participant,
    scenario,
    ...(parameter === undefined ? [] : [`n${parameter}`]),
    ...(cached ? [] : ['uncached']),
    `c${inFlight}`,
    ...(counted ? ['counted'] : []),
  ].join('/')
}
