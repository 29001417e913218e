import { compileStreamPattern, type FeedFilter, type StoredEvent } from 'eventcore'

/**
 * All that is named must match.
 * @throws InvalidStreamPattern (`INVALID_STREAM_PATTERN`)
 */
export function compileFeedFilter({ streams, prefix, pattern, types }: FeedFilter): (event: StoredEvent) => boolean {
  const wantedStreams = streams === undefined ? undefined : new Set(streams)
  const wantedTypes = types === undefined ? undefined : new Set(types)
  const shape = pattern === undefined ? undefined : compileStreamPattern(pattern)
  return ({ stream, type }) =>
    (wantedStreams === undefined || wantedStreams.has(stream)) &&
    (wantedTypes === undefined || wantedTypes.has(type)) &&
    (prefix === undefined || stream.startsWith(prefix)) &&
    (shape === undefined || shape.test(stream))
}
