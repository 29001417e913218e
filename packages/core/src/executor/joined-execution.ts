import type { CommittedOutcome, Outcome } from '../command/outcome.ts'
import type { AnyRejection } from '../command/rejection.ts'
import { CommandAborted, CommandTimeout } from '../errors/command-errors.ts'
import { EventCoreError } from '../errors/event-core-error.ts'
import { CommitOutcomeUnknown } from '../errors/store-errors.ts'

/** One execution under a command id that is under way in this process. */
export interface Execution {
  readonly commandName: string
  readonly inputHash: string
  readonly outcome: Promise<unknown>
}

/** A call of `execute` under a command id that is under way already. */
export interface JoiningCall {
  readonly commandName: string
  readonly commandId: string
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  /** Whether the execution began after this call did: then all that it comes to is news. */
  readonly calledBefore: boolean
  /**
   * Executes on this call's own account, or joins who does so already.
   * @param failure how the execution ended that was waited for
   */
  readonly restart: (timeoutMs: number, failure: unknown) => Promise<unknown>
}

/**
 * Waits for the execution that is under way instead of executing beside it. What that one *commits* is this call's result,
 * too. Anything else (a rejection, an empty decision, an error) may have been decided before this call was made, on streams
 * that have changed since, or for lack of the other caller's patience; it is not recorded, so the call executes anew.
 */
export function joinExecution(first: Execution, call: JoiningCall): Promise<unknown> {
  const { commandName, commandId, signal, timeoutMs } = call
  const deadline = performance.now() + timeoutMs
  return new Promise((resolve, reject) => {
    // The other call goes on, and may commit.
    const leave = (cause: unknown): void => {
      stopWaiting()
      reject(new CommitOutcomeUnknown([commandId], { cause }))
    }
    const onAbort = (): void => leave(new CommandAborted(commandName, commandId, signal?.reason))
    const onTimeout = (): void => leave(new CommandTimeout(commandName, commandId, timeoutMs, 0))
    const timer = setTimeout(onTimeout, Math.min(2_147_483_647, timeoutMs))
    signal?.addEventListener('abort', onAbort, { once: true })
    const stopWaiting = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const goOn = (failure?: unknown): void => {
      const left = deadline - performance.now()
      if (signal?.aborted === true) onAbort()
      else if (left <= 0) onTimeout()
      else {
        stopWaiting()
        call.restart(left, failure).then(resolve, reject)
      }
    }
    first.outcome.then(
      (outcome) => {
        if (!call.calledBefore && !isRecorded(outcome as Outcome<AnyRejection>)) {
          goOn()
          return
        }
        stopWaiting()
        resolve(outcome)
      },
      (error: unknown) => {
        if (!call.calledBefore || isImpatience(error)) {
          goOn(error)
          return
        }
        stopWaiting()
        reject(error)
      },
    )
  })
}

function isRecorded(outcome: Outcome<AnyRejection>): outcome is CommittedOutcome {
  return outcome.status === 'committed' && outcome.events.length > 0
}

function isImpatience(error: unknown): boolean {
  return error instanceof EventCoreError && (error.code === 'COMMAND_ABORTED' || error.code === 'COMMAND_TIMEOUT')
}
