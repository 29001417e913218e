import type { FeedEvent } from 'eventcore'
import type { Anomaly } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import type { ProjectionObservation } from './history.ts'
import type { LogIndex } from './log-index.ts'
import { canonicalJson, sha256 } from './payload-digest.ts'

/** A projection written once more, as plainly as possible: what the real one is compared with. */
export type ProjectionModel = () => {
  apply(event: FeedEvent): void
  checksum(): string
}

/** The model whose state is a JSON value. Its checksum is `stateChecksum`, which the observation must be made with too. */
export function projectionModel<State>(definition: {
  readonly initial: () => State
  readonly apply: (state: State, event: FeedEvent) => State
}): ProjectionModel {
  return () => {
    let state = definition.initial()
    return {
      apply(event) {
        state = definition.apply(state, event)
      },
      checksum: () => stateChecksum(state),
    }
  }
}

/** Of a JSON value; equal for equal values, whatever the order of their keys. */
export function stateChecksum(state: unknown): string {
  return sha256(canonicalJson(state))
}

/** Check 8: each observed state is the fold of the log up to the event that it says to contain. */
export function checkProjections(
  observations: readonly ProjectionObservation[],
  index: LogIndex,
  models: Readonly<Record<string, ProjectionModel>>,
): Anomaly[] {
  const anomalies: Anomaly[] = []
  const byProjection = new Map<string, { readonly observation: ProjectionObservation; readonly end: number }[]>()
  for (const observation of observations) {
    const { name, upTo } = observation
    const last = upTo === null ? -1 : index.eventWithId(upTo)
    if (upTo !== null && last === -1) {
      anomalies.push({ kind: 'projection-ahead', projection: name, upTo })
      continue
    }
    const earlier = byProjection.get(name)
    if (earlier === undefined) byProjection.set(name, [{ observation, end: last + 1 }])
    else earlier.push({ observation, end: last + 1 })
  }
  for (const [projection, observed] of byProjection) {
    const model = models[projection]
    if (model === undefined) {
      throw new TypeError(
        `The history has states of the projection "${projection}": give its model in \`projections\`.`,
      )
    }
    const fold = model()
    let applied = 0
    for (const { observation, end } of observed.toSorted((a, b) => a.end - b.end)) {
      for (; applied < end; applied++) fold.apply(itemAt(index.log, applied))
      const expected = fold.checksum()
      const { upTo, checksum: actual } = observation
      if (actual !== expected) anomalies.push({ kind: 'projection-differs', projection, upTo, expected, actual })
    }
  }
  return anomalies
}
