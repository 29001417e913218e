import { HandlerTimeout } from '../errors/projection-errors.ts'

/**
 * What a handler promised, or an error when it takes longer than its policy allows. Nobody can end the handler itself: whatever it
 * still does in its transaction is refused, and what it does elsewhere happens.
 * @throws HandlerTimeout (`HANDLER_TIMEOUT`)
 */
export async function withinTime<T>(promised: PromiseLike<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    // A runner alone keeps no process alive.
    timer = setTimeout(() => reject(new HandlerTimeout(timeoutMs)), timeoutMs).unref()
  })
  try {
    return await Promise.race([promised, late])
  } finally {
    clearTimeout(timer)
  }
}
