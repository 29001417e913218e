import { sealCollection } from './seal-collection.ts'

/**
 * Freezes a state with everything in it, so that a handler or a fold that changes it in place fails at once instead of
 * spoiling the cache for other commands. What is frozen already *inside* it is not visited again: a fold that copies one
 * level costs one level, and whoever freezes parts of a state does it all the way down. Maps, sets and dates refuse to be changed; bytes
 * cannot be frozen.
 */
export function freezeDeeply<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && Object.isFrozen(value)) {
    // A fold may have frozen its state, and no more than its top.
    for (const key in value) freezeAll(value[key])
    return value
  }
  return freezeAll(value)
}

function freezeAll<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    // A typed array with elements refuses to be frozen.
    if (ArrayBuffer.isView(value)) return value
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== Array.prototype) sealCollection(value)
    Object.freeze(value)
    if (value instanceof Map || value instanceof Set) {
      for (const member of value.values()) freezeAll(member)
      if (value instanceof Map) for (const key of value.keys()) freezeAll(key)
    }
    for (const key in value) freezeAll(value[key])
  }
  return value
}
