import { money, stock } from '../views/amounts.js'
import { html } from '../views/html.js'

/** @import { Cart, CartItem } from './cart.js' */

/**
 * What is in the cart, and what it comes to.
 * @param {Cart} cart
 */
export function cartView(cart) {
  if (cart.items.length === 0) return html`<p class="muted">There is nothing in it yet.</p>`
  return html`<ul>${cart.items.map((item, i) => row(cart, item, i))}</ul>
<p class="total"><span>Total</span> <span id="cart-total">${money(cart.total)}</span></p>`
}

/**
 * @param {Cart} cart
 * @param {CartItem} item
 * @param {number} i
 */
function row(cart, { product, quantity }, i) {
  const name = cart.nameOf(product)
  const known = cart.products.get(product)
  const onHand = known?.onHand ?? 0
  const { text, level } = stock(onHand)
  return html`<li data-item="${product}">
<span>${name}</span> <span class="price">${money(quantity * (known?.price ?? 0))}</span>
<div class="stepper" role="group" aria-label="Pieces of ${name}">
<button type="button" class="quiet" id="less-${i}" data-set="${quantity - 1}" aria-label="One less of ${name}">−</button>
<input id="pieces-${i}" type="number" inputmode="numeric" min="0" max="10000" value="${quantity}" aria-label="Pieces of ${name}">
<button type="button" class="quiet" id="more-${i}" data-set="${quantity + 1}" aria-label="One more of ${name}">+</button>
</div>
<button type="button" class="quiet take-out" id="out-${i}" data-set="0" aria-label="Take out ${name}">Take out</button>
<span class="stock ${level}" data-stock-of="${product}">${onHand < quantity && onHand > 0 ? `Only ${onHand} left: take fewer` : level === 'enough' ? '' : text}</span>
</li>`
}
