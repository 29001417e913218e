/**
 * The list with one more element; use the result, not the argument. Short lists are copied: nearly all lists of a command
 * have one to four elements, and a list that `push` makes longer gets room for 17 (over 100 bytes each, ten lists a command).
 */
export function appended<Element>(list: Element[], element: Element): Element[] {
  if (list.length < 8) return list.length === 0 ? [element] : [...list, element]
  list.push(element)
  return list
}
