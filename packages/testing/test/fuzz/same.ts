/** The largest payload, in bytes of JSON, and the deepest one. From the documentation, on purpose not from the code. */
const SIZE = 1_048_576
const DEPTH = 200

/** Whether JSON can hold a value so that it comes back as it is: said once more, independently of the library. */
export function isStorable(value: unknown): boolean {
  return isPlain(value, 0, new Set()) && Buffer.byteLength(JSON.stringify(value) ?? '') <= SIZE
}

function isPlain(value: unknown, depth: number, above: ReadonlySet<unknown>): boolean {
  if (typeof value === 'string') return isText(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'boolean' || value === null) return true
  if (typeof value !== 'object' || above.has(value) || depth >= DEPTH) return false
  const within = new Set([...above, value])
  if (Array.isArray(value))
    return (
      Object.getPrototypeOf(value) === Array.prototype &&
      Reflect.ownKeys(value).length === value.length + 1 &&
      value.every((item) => item !== undefined && isPlain(item, depth + 1, within))
    )
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  if ('toJSON' in value && typeof value.toJSON === 'function') return false
  return Reflect.ownKeys(value).every((key) => {
    if (typeof key === 'symbol') return false
    const descriptor = Object.getOwnPropertyDescriptor(value, key)
    if (descriptor === undefined || 'get' in descriptor) return false
    return descriptor.value === undefined || (isKey(key) && isPlain(descriptor.value, depth + 1, within))
  })
}

/** JSON must not have to escape it: V8 13.6 reads such keys as others, now and then. */
const isKey = (key: string): boolean => isText(key) && JSON.stringify(key) === `"${key}"`

export const isText = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** Whether what came back is what went, `undefined` properties left out, down to `-0` and the order of keys. */
export function isSame(went: unknown, back: unknown): boolean {
  if (typeof went !== 'object' || went === null) return Object.is(went, back)
  if (typeof back !== 'object' || back === null || Array.isArray(went) !== Array.isArray(back)) return false
  const keys = Object.keys(went).filter((key) => Reflect.get(went, key) !== undefined)
  const others = Object.keys(back)
  return (
    keys.length === others.length &&
    keys.every((key, i) => {
      return key === others[i] && isSame(Reflect.get(went, key), Reflect.get(back, key))
    })
  )
}
