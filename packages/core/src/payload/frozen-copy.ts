import { sealCollection } from './seal-collection.ts'

/**
 * A copy of everything that can be changed in place, all the way down. Arrays and plain objects in it are frozen; maps, sets and dates refuse to be
 * changed; bytes cannot be frozen. What is an instance of any other class is neither copied nor frozen: it is somebody's own.
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
  // Spreading takes an own `__proto__` for a property, where assigning would change the prototype; and what has no nested parts is then done.
  if (prototype === Object.prototype) return freezeCopy({ ...value }, depth)
  if (prototype === null) return freezeCopy({ __proto__: null, ...value }, depth)
  if (value instanceof Date) return sealed(new Date(value))
  if (value instanceof Map)
    return sealed(new Map(Array.from(value, ([key, item]) => [copyOf(key, depth + 1), copyOf(item, depth + 1)])))
  if (value instanceof Set) return sealed(new Set(Array.from(value, (item) => copyOf(item, depth + 1))))
  return ArrayBuffer.isView(value) ? structuredClone(value) : value
}

function sealed<Collection extends object>(copy: Collection): Collection {
  sealCollection(copy)
  return Object.freeze(copy)
}

/** Copies what is nested in a copy of one level. */
function freezeCopy(copy: Record<string, unknown>, depth: number): object {
  for (const key in copy) {
    const member = copy[key]
    // Its own property, also if it is called `__proto__`.
    if (typeof member === 'object' && member !== null) copy[key] = copyOf(member, depth + 1)
  }
  return Object.freeze(copy)
}
