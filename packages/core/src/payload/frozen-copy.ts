/**
 * A copy of everything that can be changed in place, all the way down. Arrays and plain objects in it are frozen; dates, maps, sets
 * and bytes cannot be. What is an instance of any other class is neither copied nor frozen: it is somebody's own.
 */
export function frozenCopy<Value>(value: Value): Value {
  // The copy has the type of what was copied, which no type can follow.
  return copyOf(value, 0) as Value
}

function copyOf(value: unknown, depth: number): unknown {
  // Deeper than this is refused elsewhere, and a value that contains itself has no end.
  if (typeof value !== 'object' || value === null || depth > 1_000) return value
  if (Array.isArray(value)) return Object.freeze(value.map((item) => copyOf(item, depth + 1)))
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) {
    const copy: Record<string, unknown> = Object.create(prototype)
    for (const key of Object.keys(value)) {
      const member = copyOf((value as Record<string, unknown>)[key], depth + 1)
      // Assigning to it would change the prototype.
      if (key === '__proto__') Object.defineProperty(copy, key, { value: member, enumerable: true, writable: true })
      else copy[key] = member
    }
    return Object.freeze(copy)
  }
  if (value instanceof Date) return new Date(value)
  if (value instanceof Map)
    return new Map(Array.from(value, ([key, item]) => [copyOf(key, depth + 1), copyOf(item, depth + 1)]))
  if (value instanceof Set) return new Set(Array.from(value, (item) => copyOf(item, depth + 1)))
  return ArrayBuffer.isView(value) ? structuredClone(value) : value
}
