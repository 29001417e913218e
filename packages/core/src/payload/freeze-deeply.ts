/**
 * Freezes a state with everything in it, so that a handler or a fold that changes it in place fails at once instead of
 * spoiling the cache for other commands. What is frozen already is not visited again: a fold that copies one level costs
 * one level. Maps and sets cannot be frozen.
 */
export function freezeDeeply<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    // A typed array with elements refuses to be frozen.
    if (ArrayBuffer.isView(value)) return value
    Object.freeze(value)
    for (const key in value) freezeDeeply(value[key])
  }
  return value
}
