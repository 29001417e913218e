import { compileStreamPattern, type FeedFilter, prefixesOf } from 'eventcore'

/**
 * All that is named must match.
 * @throws InvalidStreamPattern (`INVALID_STREAM_PATTERN`)
 */
export function compileFeedFilter(filter: FeedFilter): (stream: string, type: string) => boolean {
  const { streams, pattern, types } = filter
  const prefixes = prefixesOf(filter)
  const wantedStreams = streams === undefined ? undefined : new Set(streams)
  const wantedTypes = types === undefined ? undefined : new Set(types)
  const shape = pattern === undefined ? undefined : compileStreamPattern(pattern)
  return (stream, type) =>
    (wantedStreams === undefined || wantedStreams.has(stream)) &&
    (wantedTypes === undefined || wantedTypes.has(type)) &&
    (prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix))) &&
    (shape === undefined || shape.test(stream))
}
