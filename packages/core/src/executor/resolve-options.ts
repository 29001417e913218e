import { assertOptions, optionCheck } from '../option-checks.ts'
import { codePointLength } from '../stream/stream-id.ts'
import type { ExecuteOptions, ExecutorOptions } from './executor-options.ts'

export type ResolvedOptions = Required<Omit<ExecutorOptions, 'metadata' | 'onRetry' | 'newId'>> &
  Pick<ExecutorOptions, 'metadata' | 'onRetry'>

/** @throws InvalidOptions (`INVALID_OPTIONS`) */
export function resolveOptions(options: ExecutorOptions): ResolvedOptions {
  assertOptions<ExecutorOptions>('CommandExecutor', options, {
    maxAttempts: optionCheck.wholeNumber(1),
    timeoutMs: optionCheck.positive,
    retryBaseDelayMs: optionCheck.positive,
    retryMaxDelayMs: optionCheck.positive,
    maxQueue: optionCheck.wholeNumber(1),
    maxBatch: optionCheck.wholeNumber(1),
    cachedStreams: optionCheck.wholeNumber(0),
    maxStreams: optionCheck.wholeNumber(1),
    maxReadRounds: optionCheck.wholeNumber(1),
    metadata: optionCheck.object,
    onRetry: optionCheck.callable,
    now: optionCheck.callable,
    random: optionCheck.callable,
    newId: optionCheck.callable,
  })
  return {
    maxAttempts: options.maxAttempts ?? 100,
    timeoutMs: options.timeoutMs ?? 10_000,
    retryBaseDelayMs: options.retryBaseDelayMs ?? 5,
    retryMaxDelayMs: options.retryMaxDelayMs ?? 100,
    maxQueue: options.maxQueue ?? 10_000,
    maxBatch: options.maxBatch ?? 256,
    cachedStreams: options.cachedStreams ?? 50_000,
    maxStreams: options.maxStreams ?? 1_000,
    maxReadRounds: options.maxReadRounds ?? 25,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(options.onRetry === undefined ? {} : { onRetry: options.onRetry }),
  }
}

/** @throws InvalidOptions (`INVALID_OPTIONS`) */
export function assertExecuteOptions(options: ExecuteOptions): void {
  assertOptions<ExecuteOptions>('execute', options, EXECUTE_OPTIONS)
}

const id = (value: unknown): string | undefined =>
  typeof value === 'string' &&
  value !== '' &&
  !value.includes('\0') &&
  value.isWellFormed() &&
  codePointLength(value) <= 255
    ? undefined
    : 'a text of 1 to 255 well-formed characters without U+0000'

/** A cause that names nothing would leave correlation and causation out silently: an event of an outcome has no commit, say. */
const cause = (value: unknown): string | undefined => {
  const { id, commit, commandId, correlationId } = (value ?? {}) as Record<string, unknown> & {
    readonly commit?: { readonly correlationId?: unknown }
  }
  const ids = commit === undefined ? [commandId, correlationId] : [id, commit?.correlationId]
  return ids.every((one) => typeof one === 'string') ? undefined : 'an outcome, or an event of the feed,'
}

const EXECUTE_OPTIONS = {
  commandId: id,
  timeoutMs: optionCheck.positive,
  maxAttempts: optionCheck.wholeNumber(1),
  signal: optionCheck.signal,
  correlationId: id,
  causationId: id,
  causedBy: cause,
  metadata: optionCheck.object,
}
