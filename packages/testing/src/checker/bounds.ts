/**
 * Element access for loops whose index is in bounds by construction. The casts that `noUncheckedIndexedAccess` would
 * otherwise ask for all over the graph code are these two.
 */
export const intAt = (list: Int32Array, index: number): number => list[index] as number
export const itemAt = <T>(list: readonly T[], index: number): T => list[index] as T
