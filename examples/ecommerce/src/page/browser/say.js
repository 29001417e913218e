import { html } from '../views/html.js'
import { explain } from '../views/words.js'
import { ShopProblem } from './api.js'
import { byId } from './dom.js'

/** @import { Markup } from '../views/html.js' */

const SECONDS = 8
let timer = 0

/**
 * Says something to the visitor, aloud where a screen reader listens. News go by themselves; what went wrong stays until it is closed.
 * @param {string | Markup} text
 * @param {{ readonly bad?: boolean, readonly again?: () => void }} [options]
 */
export function say(text, { bad = false, again } = {}) {
  const place = byId('says', HTMLElement)
  clearTimeout(timer)
  place.innerHTML = String(
    html`<div class="notice ${bad ? 'bad' : 'news'}"><p>${text}</p>${again !== undefined && html`<button type="button" data-again>Try again</button>`}<button type="button" data-close aria-label="Close">✕</button></div>`,
  )
  place.onclick = ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return
    place.replaceChildren()
    if ('again' in target.dataset) again?.()
  }
  if (!bad) timer = setTimeout(() => place.replaceChildren(), SECONDS * 1_000)
}

/**
 * Tells what went wrong, and offers to try again where that helps.
 * @param {unknown} error
 * @param {() => void} work
 * @param {(product: string) => string} [nameOf]
 */
export function sayProblem(error, work, nameOf) {
  // A defect of the page: the console shows it.
  if (!(error instanceof ShopProblem)) throw error
  const { text, again } = explain(error, nameOf)
  say(text, again ? { bad: true, again: work } : { bad: true })
}
