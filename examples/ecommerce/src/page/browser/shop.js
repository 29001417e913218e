import { money, stock } from '../views/amounts.js'
import { Cart } from './cart.js'
import { cartView } from './cart-view.js'
import { byId, reload, show, whileBusy } from './dom.js'
import { listen } from './live.js'
import { say, sayProblem } from './say.js'
import { customer, onOtherTab } from './visitor.js'

const place = byId('cart', HTMLElement)
const items = byId('cart-items', HTMLElement)
const orderForm = byId('order', HTMLFormElement)
const coupon = byId('coupon', HTMLInputElement)
const submit = byId('order-button', HTMLButtonElement)

const cart = new Cart(() => {
  show(items, cartView(cart), place)
  byId('cart-count', HTMLElement).textContent = String(cart.pieces)
  orderForm.hidden = cart.items.length === 0
})

/** @param {() => Promise<unknown>} work */
function attempt(work) {
  work().catch((error) =>
    sayProblem(
      error,
      () => attempt(work),
      (product) => cart.nameOf(product),
    ),
  )
}

/** @param {string} product */
const cardOf = (product) => document.querySelector(`[data-product="${CSS.escape(product)}"]`)

// Browsing
document.getElementById('products')?.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return
  const product = target.dataset.add
  if (product === undefined) return
  if (target.ariaDisabled === 'true')
    return say('This is sold out at the moment. If some come in, you will see it here.')
  attempt(async () => {
    await cart.add(product)
    say(`${cart.nameOf(product)} is in your cart: ${cart.quantityOf(product)} of it.`)
  })
})

// The cart
/**
 * @param {Element} element
 * @param {number} quantity
 */
function change(element, quantity) {
  const product = element.closest('li')?.dataset.item
  if (product === undefined) return
  const name = cart.nameOf(product)
  attempt(async () => {
    try {
      await cart.set(product, quantity)
    } catch (error) {
      // As it is, and not as it was wanted.
      for (const input of items.querySelectorAll('input')) input.value = input.defaultValue
      throw error
    }
    say(quantity === 0 ? `${name} was taken out of your cart.` : `${quantity} of ${name}: ${money(cart.total)} in all.`)
  })
}

items.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) change(target, Number(target.dataset.set))
})
items.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return
  if (target.value !== '' && target.checkValidity()) return change(target, target.valueAsNumber)
  say('A whole number of pieces is expected, at most 10,000.', { bad: true })
})

/** Orders what is in the cart. */
async function order() {
  const code = coupon.value.trim().toUpperCase()
  const terms = { customer: customer(), ...(code === '' ? {} : { coupon: code }) }
  const placed = await cart.order(terms, () => say('Still trying to place your order …'))
  location.assign(`/shop/orders/${encodeURIComponent(placed)}`)
}

orderForm.addEventListener('submit', (event) => {
  event.preventDefault()
  attempt(() => whileBusy(submit, order))
})

onOtherTab(() => attempt(() => cart.load()))
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) attempt(() => cart.load())
})
attempt(() => cart.load())

// Stock and prices, live
/**
 * @param {Element | null | undefined} element
 * @param {string} text
 */
function tell(element, text) {
  if (element === null || element === undefined || element.textContent === text) return
  element.textContent = text
  element.classList.remove('changed')
  requestAnimationFrame(() => element.classList.add('changed'))
}

/**
 * @param {string} product
 * @param {number} onHand
 */
function stockIs(product, onHand) {
  const { text, level } = stock(onHand)
  const card = cardOf(product)
  const shown = card?.querySelector('.stock')
  if (shown) {
    shown.classList.remove('none', 'few', 'enough')
    shown.classList.add(level)
  }
  tell(shown, text)
  const button = card?.querySelector('button')
  if (button) button.ariaDisabled = onHand <= 0 ? 'true' : null
  const known = cart.products.get(product)
  if (known === undefined) return
  cart.products.set(product, { ...known, onHand })
  const wanted = cart.quantityOf(product)
  if (wanted === 0) return
  show(items, cartView(cart), place)
  // Others' shopping is worth no word, unless the visitor will not get what is in the cart.
  if (onHand < wanted && known.onHand >= wanted) say(`${known.name}: ${text.toLowerCase()}, and you want ${wanted}.`)
}

/** Stock as it was told since the last look at the document. @type {Map<string, number>} */
let told = new Map()

async function lookAgain() {
  const since = new Map()
  told = since
  await reload('products')
  // What was told while the document was on its way is newer.
  for (const [product, onHand] of since) stockIs(product, onHand)
}

listen({
  url: '/live/stock',
  on: {
    stock: (data) => {
      const { product, onHand } = /** @type {{ product: string, onHand: number }} */ (data)
      told.set(product, onHand)
      stockIs(product, onHand)
    },
    prices: (data) => {
      const { prices } = /** @type {{ prices: readonly { product: string, price: number }[] }} */ (data)
      for (const { product, price } of prices) {
        tell(cardOf(product)?.querySelector('.price'), money(price))
        const known = cart.products.get(product)
        if (known !== undefined) cart.products.set(product, { ...known, price })
      }
      show(items, cartView(cart), place)
    },
  },
  opened: () => {
    // If that fails, the next connection does it.
    lookAgain().catch(() => undefined)
    cart.products.clear()
    attempt(() => cart.load())
  },
})
