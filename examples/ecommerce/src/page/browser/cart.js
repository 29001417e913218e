import { ShopProblem, send } from './api.js'
import { cartId, leaveCart, tellOtherTabs } from './visitor.js'

/** @typedef {{ readonly product: string, readonly quantity: number }} CartItem */
/** @typedef {{ readonly name: string, readonly price: number | null, readonly onHand: number }} Product */

/** The visitor's cart, as the server has it: every tab sees the same. Changes go one after the other. */
export class Cart {
  /** @type {readonly CartItem[]} */
  items = []
  /** By code: what is in the cart, as the catalogue has it. @type {Map<string, Product>} */
  products = new Map()
  /** @type {Promise<unknown>} */
  #last = Promise.resolve()
  #id = ''
  /** @type {string | null} */
  #tag = null
  #changed

  /** @param {() => void} changed Is called whenever there is something else to be shown. */
  constructor(changed) {
    this.#changed = changed
  }

  get total() {
    return this.items.reduce(
      (sum, { product, quantity }) => sum + quantity * (this.products.get(product)?.price ?? 0),
      0,
    )
  }

  get pieces() {
    return this.items.reduce((sum, { quantity }) => sum + quantity, 0)
  }

  /** @param {string} product */
  nameOf(product) {
    return this.products.get(product)?.name || product
  }

  /** @param {string} product */
  quantityOf(product) {
    return this.items.find((item) => item.product === product)?.quantity ?? 0
  }

  load() {
    return this.#queue(() => this.#load())
  }

  /**
   * Puts another piece in. It was changed elsewhere: one more than there is now.
   * @param {string} product
   */
  add(product) {
    return this.#queue(() => this.#set(product, () => this.quantityOf(product) + 1, 3))
  }

  /**
   * @param {string} product
   * @param {number} quantity
   * @throws {ShopProblem} `PreconditionFailed`: it was changed elsewhere, and is shown as it is now
   */
  set(product, quantity) {
    return this.#queue(() => this.#set(product, () => quantity, 1))
  }

  /**
   * Orders what is in the cart, as the visitor sees it. However often, and from however many tabs: it becomes one order.
   * @param {{ readonly customer: string, readonly coupon?: string }} terms
   * @param {() => void} onRetry
   * @returns {Promise<string>} the order
   */
  order(terms, onRetry) {
    return this.#queue(async () => {
      const cart = this.#id
      const order = await this.#checkOut(cart, terms, onRetry)
      leaveCart(cart)
      tellOtherTabs()
      return order
    })
  }

  /**
   * @param {string} cart
   * @param {{ readonly customer: string, readonly coupon?: string }} terms
   * @param {() => void} onRetry
   */
  async #checkOut(cart, terms, onRetry) {
    try {
      const path = `/carts/${cart}/checkout`
      const { body } = await send('POST', path, { body: terms, key: cart, tag: this.#tag, onRetry })
      return String(body.order)
    } catch (error) {
      // Another tab was faster, or an answer was lost: the cart knows what became of it.
      const { order } = (await send('GET', `/carts/${cart}`)).body
      if (order !== undefined) return String(order)
      if (error instanceof ShopProblem && error.code === 'PreconditionFailed') await this.#load()
      throw error
    }
  }

  /** @returns {Promise<void>} */
  async #load() {
    this.#id = cartId()
    const { body, tag } = await send('GET', `/carts/${this.#id}`)
    if (body.order !== undefined) {
      leaveCart(this.#id)
      return await this.#load()
    }
    this.#tag = tag
    // Checked by the server, whose answer this is.
    this.items = /** @type {readonly CartItem[]} */ (body.items)
    await this.#learn()
    this.#changed()
  }

  /**
   * @param {string} product
   * @param {() => number} quantity
   * @param {number} attempts
   * @returns {Promise<void>}
   */
  async #set(product, quantity, attempts) {
    try {
      const path = `/carts/${this.#id}/items/${encodeURIComponent(product)}`
      const wanted = quantity()
      const { tag } = await send('PUT', path, { body: { quantity: wanted }, tag: this.#tag })
      this.#tag = tag
      const others = this.items.map((item) => (item.product === product ? { product, quantity: wanted } : item))
      const all = this.quantityOf(product) > 0 ? others : [...others, { product, quantity: wanted }]
      this.items = all.filter((item) => item.quantity > 0)
      await this.#learn()
      this.#changed()
      tellOtherTabs()
    } catch (error) {
      const elsewhere = error instanceof ShopProblem && ['PreconditionFailed', 'CartCheckedOut'].includes(error.code)
      if (elsewhere) await this.#load()
      if (!elsewhere || attempts <= 1) throw error
      await this.#set(product, quantity, attempts - 1)
    }
  }

  /** A cart knows codes and quantities: names and prices stand in the catalogue. */
  async #learn() {
    const unknown = this.items.filter(({ product }) => !this.products.has(product))
    const answers = await Promise.all(
      unknown.map(({ product }) => send('GET', `/products/${encodeURIComponent(product)}`)),
    )
    for (const { body } of answers) {
      const price = typeof body.price === 'number' ? body.price : null
      this.products.set(String(body.product), { name: String(body.name), price, onHand: Number(body.onHand) })
    }
  }

  /**
   * @template Result
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  #queue(work) {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
