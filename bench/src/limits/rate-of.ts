/** Calls again and again for so long, and answers how much was done in a second; a fifth of the time to warm up before. */
export async function rateOf(seconds: number, work: () => number | Promise<number>): Promise<number> {
  const loop = async (duration: number): Promise<number> => {
    const begun = performance.now()
    let done = 0
    while (performance.now() - begun < duration * 1_000) {
      const some = work()
      // A loop without a promise for each step, where the work has none.
      done += typeof some === 'number' ? some : await some
    }
    return done / ((performance.now() - begun) / 1_000)
  }
  await loop(seconds / 5)
  return await loop(seconds)
}
