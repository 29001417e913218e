/** @import { Markup } from '../views/html.js' */

/**
 * An element that a document must have.
 * @template {Element} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`The document has no ${kind.name} named ${id}.`)
}

/**
 * Shows something else in an element. Who had the focus keeps it, if there still is such an element, and what is just being typed
 * there; otherwise `fallback` has it.
 * @param {Element} element
 * @param {Markup | string} markup
 * @param {HTMLElement} [fallback]
 */
export function show(element, markup, fallback) {
  const text = String(markup)
  const focused = element.contains(document.activeElement) ? document.activeElement : null
  element.innerHTML = text
  localTimes(element)
  if (focused === null) return
  const again = focused.id === '' ? null : document.getElementById(focused.id)
  ;(again ?? fallback)?.focus()
  if (!(focused instanceof HTMLInputElement && again instanceof HTMLInputElement)) return
  if (focused.value !== focused.defaultValue) again.value = focused.value
}

const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const SECONDS = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/**
 * Times as the clock of the visitor shows them. The server says them in UTC.
 * @param {Element} element
 */
export function localTimes(element) {
  for (const time of element.querySelectorAll('time')) {
    const format = time.dataset.format === 'seconds' ? SECONDS : DAY_AND_TIME
    time.textContent = format.format(new Date(time.dateTime))
  }
}

/**
 * Loads the document again and shows what has changed in some of its elements. The server alone knows how they look.
 * @param {readonly string[]} ids
 */
export async function reload(...ids) {
  const response = await fetch(location.href, { signal: AbortSignal.timeout(15_000) })
  if (!response.ok) return
  const loaded = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const id of ids) {
    const now = document.getElementById(id)
    const then = loaded.getElementById(id)
    if (now === null || then === null) continue
    localTimes(then)
    // What somebody is about to fill in stays, unless there is something else to be filled in.
    if (now.innerHTML !== then.innerHTML) show(now, then.innerHTML, document.getElementById('main') ?? undefined)
  }
}

/**
 * Does something once at a time for a button or a form: as long as it lasts, it says that it is busy.
 * @param {HTMLElement} element
 * @param {() => Promise<void>} work
 */
export async function whileBusy(element, work) {
  if (element.ariaBusy === 'true') return
  element.ariaBusy = 'true'
  try {
    await work()
  } finally {
    element.ariaBusy = null
  }
}
