// Who the visitor is: numbers that the browser keeps, since there are neither accounts nor cookies.

/** Where the browser keeps nothing for us, as long as the page is open. @type {Map<string, string>} */
const instead = new Map()

/** @param {string} name */
function recall(name) {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return instead.get(name)
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function remember(name, value) {
  try {
    localStorage.setItem(name, value)
  } catch {
    instead.set(name, value)
  }
}

/** A UUID of version 4. `crypto.randomUUID` is there on secure addresses only, and a shop may be tried on a local network. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** @param {string} name */
function known(name) {
  const value = recall(name) ?? newId()
  remember(name, value)
  return value
}

/** The number under which the visitor orders. */
export const customer = () => known('customer')

/** The cart that is being filled. Its id is also the idempotency key of its order: one cart becomes one order. */
export const cartId = () => known('cart')

/**
 * The cart was ordered: the next has another id. Another tab may have seen that first.
 * @param {string} ordered
 */
export function leaveCart(ordered) {
  if (recall('cart') === ordered) remember('cart', newId())
}

/** The number of the last gift card, if there is one. */
export const giftCard = () => recall('gift-card')

/** @param {string} number */
export const keepGiftCard = (number) => remember('gift-card', number)

/**
 * Where the last thing stands that the visitor did, so that what is read next contains it.
 * @param {string} position
 */
export const keepPosition = (position) => remember('position', position)

export const lastPosition = () => recall('position')

/** Tells other tabs that the cart is another now. */
export const tellOtherTabs = () => remember('cart-changed', newId())

/** @param {() => void} changed */
export function onOtherTab(changed) {
  addEventListener('storage', ({ key }) => {
    if (key === 'cart' || key === 'cart-changed') changed()
  })
}
