import { ProjectionError } from '../errors/projection-errors.ts'

/** Rolls back a batch that would park events behind letters that a retry has settled. Its runner handles them; nobody else sees it. */
export class StreamsUnblocked extends ProjectionError {
  override readonly name = 'StreamsUnblocked'
  readonly code = 'STREAMS_UNBLOCKED'
  readonly retryable = true
  readonly streams: ReadonlySet<string>

  constructor(projection: string, streams: ReadonlySet<string>) {
    super(projection, `${[...streams].join(', ')} flow again. Handle what was to be parked.`)
    this.streams = streams
  }
}
