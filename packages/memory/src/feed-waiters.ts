interface WaitOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Readers of the feed that have seen everything and wait for more. `append` wakes them: nobody polls. */
export class FeedWaiters {
  readonly #waiting = new Set<(arrived: boolean) => void>()

  wait({ timeoutMs, signal }: WaitOptions): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false)
    return new Promise((resolve) => {
      const settle = (arrived: boolean): void => {
        this.#waiting.delete(settle)
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
        resolve(arrived)
      }
      const giveUp = (): void => settle(false)
      const timer = setTimeout(giveUp, timeoutMs)
      signal?.addEventListener('abort', giveUp, { once: true })
      this.#waiting.add(settle)
    })
  }

  /** `true`: there are events. `false`: there will be none, the store is closing. */
  wake(arrived: boolean): void {
    if (this.#waiting.size === 0) return
    for (const settle of [...this.#waiting]) settle(arrived)
  }
}
