/** A command that a handler executes. Knows whether anybody waits for what becomes of it. */
export class Effect<Value> extends Promise<Value> {
  /** What comes of `then` is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  static of<Value>(outcome: Promise<Value>): Effect<Value> {
    return new Effect<Value>((resolve, reject) => {
      outcome.then(resolve, reject)
    })
  }

  /** Whether the handler has awaited it: then its failure is the handler's to deal with. */
  isAwaited = false

  // biome-ignore lint/suspicious/noThenProperty: a promise that notes who asks; `await` calls it, since this is a class of its own
  override then<Fulfilled = Value, Rejected = never>(
    onFulfilled?: ((value: Value) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.isAwaited = true
    return super.then(onFulfilled, onRejected)
  }
}

/**
 * Runs a handler and waits for all that it has set off: an event counts as handled when its effects have come to an end. Fails as the handler
 * does, or as the first effect does that it did not wait for.
 */
export async function endOf(handler: () => Promise<unknown>, effects: readonly Effect<unknown>[]): Promise<unknown> {
  const [ended] = await Promise.allSettled([handler()])
  const unheard = effects.filter(({ isAwaited }) => !isAwaited)
  await Promise.allSettled(effects)
  if (ended.status === 'rejected') throw ended.reason
  await Promise.all(unheard)
  return ended.value
}
