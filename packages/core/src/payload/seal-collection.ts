/**
 * Lets a map, a set or a date refuse to be changed in place, which freezing does not: what it holds are no properties. The methods that would
 * change it are covered by ones that throw. Copies (`new Set(set)`) can be changed. Anything else stays as it is.
 *
 * Who calls `Set.prototype.add.call(set, …)` gets around it.
 */
export function sealCollection(value: object): void {
  if (!Object.isExtensible(value)) return
  if (value instanceof Map) Object.defineProperties(value, MAP)
  else if (value instanceof Set) Object.defineProperties(value, SET)
  else if (value instanceof Date) Object.defineProperties(value, DATE)
}

const MAP = refusing('Map', Map.prototype, /^(set|delete|clear|getOrInsert.*)$/)
const SET = refusing('Set', Set.prototype, /^(add|delete|clear)$/)
const DATE = refusing('Date', Date.prototype, /^set/)

function refusing(name: string, prototype: object, mutators: RegExp): PropertyDescriptorMap {
  const methods = Object.getOwnPropertyNames(prototype).filter((method) => mutators.test(method))
  return Object.fromEntries(methods.map((method) => [method, { value: () => refuse(name, method) }]))
}

function refuse(name: string, method: string): never {
  throw new TypeError(
    `${name}.${method}(...) would change in place what other commands see, too. Make a copy (new ${name}(...)), change that, and return it`,
  )
}
