import type { StandardSchemaV1 } from '@standard-schema/spec'
import { CommandAborted, CommandTimeout } from '../errors/command-errors.ts'

/** A call whose input an asynchronous schema is looking at. */
export interface ValidatingCall {
  readonly commandName: string
  readonly commandId: string
  /** From the call of `execute`: validating is a part of it. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

export interface Validated {
  readonly result: StandardSchemaV1.Result<unknown>
  /** What is left of the time. */
  readonly leftMs: number
}

/**
 * Waits for the schema, and no longer than the call may take.
 * @param failed makes the error of a schema that fails instead of naming issues
 */
export async function validateLater(
  { commandName, commandId, timeoutMs, signal }: ValidatingCall,
  validated: PromiseLike<StandardSchemaV1.Result<unknown>>,
  failed: (cause: unknown) => Error,
): Promise<Validated> {
  const deadline = performance.now() + timeoutMs
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    const result = await new Promise<StandardSchemaV1.Result<unknown>>((resolve, reject) => {
      onAbort = () => reject(new CommandAborted(commandName, commandId, signal?.reason))
      if (signal?.aborted === true) onAbort()
      signal?.addEventListener('abort', onAbort, { once: true })
      const onTimeout = (): void => reject(new CommandTimeout(commandName, commandId, timeoutMs, 0))
      // The longest delay of a timer; whoever waits for 25 days is told then.
      timer = setTimeout(onTimeout, Math.min(2_147_483_647, timeoutMs))
      validated.then(resolve, (cause: unknown) => reject(failed(cause)))
    })
    const leftMs = Math.ceil(deadline - performance.now())
    if (leftMs <= 0) throw new CommandTimeout(commandName, commandId, timeoutMs, 0)
    return { result, leftMs }
  } finally {
    clearTimeout(timer)
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
  }
}
