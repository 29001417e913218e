/** A seeded generator (mulberry32): the same seed gives the same run. A process that measures loads no test kit for one. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws from 0 to `n - 1`, where the k-th is drawn with a weight of 1 / (k + 1): a few hot, many cold. */
export function zipf(n: number, random: () => number): () => number {
  const cumulative: number[] = []
  let sum = 0
  for (let k = 0; k < n; k++) {
    sum += 1 / (k + 1)
    cumulative.push(sum)
  }
  return () => {
    const wanted = random() * sum
    let low = 0
    let high = n - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((cumulative[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
