/** Marks what only one side has: `-` the left, `+` the right. What both have, in this order, stands between with two spaces. */
export function diffLines(left: readonly string[], right: readonly string[]): readonly string[] {
  const lengths = commonLengths(left, right)
  const lines: string[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(`  ${left[i]}`)
      i++
      j++
    } else if (
      j === right.length ||
      (i < left.length && commonFrom(lengths, i + 1, j) >= commonFrom(lengths, i, j + 1))
    ) {
      lines.push(`- ${left[i]}`)
      i++
    } else {
      lines.push(`+ ${right[j]}`)
      j++
    }
  }
  return lines
}

/** How many lines the two have in common from each place on: the longest common subsequence of the rests. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let i = left.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? []
    for (let j = right.length - 1; j >= 0; j--) {
      row[j] =
        left[i] === right[j]
          ? commonFrom(lengths, i + 1, j + 1) + 1
          : Math.max(commonFrom(lengths, i + 1, j), commonFrom(lengths, i, j + 1))
    }
  }
  return lengths
}

const commonFrom = (lengths: readonly (readonly number[])[], i: number, j: number): number => lengths[i]?.[j] ?? 0
