type Wish = 'start' | 'stop'

/**
 * What empties a read model: rebuilds and drops, one after the other, and its runner does not run beside them. `start` and `stop`
 * that are called meanwhile take effect when it is done: the last of them counts.
 */
export class Maintenance {
  #underWay = 0
  #last: Promise<void> = Promise.resolve()
  #wish: Wish | undefined

  /** Answers whether that has to wait. */
  postpones(wish: Wish): boolean {
    if (this.#underWay === 0) return false
    this.#wish = wish
    return true
  }

  /** Resolves, however it ends, when what is under way now is done. */
  get done(): Promise<void> {
    return this.#last
  }

  /**
   * Does it when the work before it is done.
   * @param end called in one step with the end: told what was asked for meanwhile
   */
  next(work: () => Promise<void>, end: (wish: Wish | undefined) => void): Promise<void> {
    this.#underWay++
    // What was asked for before is over with it: this call came later.
    this.#wish = undefined
    const mine = this.#last.then(work).finally(() => {
      this.#underWay--
      end(this.#wish)
    })
    // Whoever asked for it is told how it ended.
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
