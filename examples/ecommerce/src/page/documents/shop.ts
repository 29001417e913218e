import type { CatalogueEntry } from '../../read-models/catalogue.ts'
import type { PageFiles } from '../files.ts'
import { money, stock } from '../views/amounts.js'
import { html, type Markup } from '../views/html.js'
import { layout, liveSwitch } from './layout.ts'

/** What the pictures show. */
const THINGS = ['cup', 'bowl', 'lantern', 'tray', 'vase', 'clock', 'frame', 'basket', 'candle']
const TINTS = 8

export interface ShopPage {
  readonly products: readonly CatalogueEntry[]
  readonly search: string
  /** The last product of the page before. */
  readonly from: string
  readonly more: boolean
}

export function shopDocument(files: PageFiles, { products, search, from, more }: ShopPage): Markup {
  const title = search === '' ? 'Good things for the house' : `“${search}”`
  const last = products.at(-1)?.product ?? ''
  const query = new URLSearchParams({ ...(search === '' ? {} : { search }), from: last })
  const first = search === '' ? '/' : `/?${new URLSearchParams({ search })}`
  const main = html`
<div class="shop">
<section aria-labelledby="title">
<div class="head"><h1 id="title">${title}</h1>${liveSwitch()}</div>
<form class="search" role="search" action="/"><label for="search">Search products</label>
<input id="search" type="search" name="search" value="${search}" maxlength="100" autocomplete="off">
<button class="quiet">Search</button></form>
${
  products.length === 0
    ? html`<p class="notice">Nothing here is called that. <a href="/">Show everything</a></p>`
    : html`<ul class="products" id="products">${products.map((product, i) => card(files, product, i))}</ul>`
}
${(more || from !== '') && html`<nav class="pages" aria-label="Pages">${from !== '' && html`<a class="button quiet" href="${first}">To the beginning</a>`}${more && html`<a class="button quiet" href="/?${String(query)}" rel="next">More products</a>`}</nav>`}
</section>
<section class="panel cart needs-script" id="cart" aria-labelledby="cart-title" tabindex="-1">
<h2 id="cart-title">Your cart</h2>
<div id="cart-items"><p class="muted">Loading …</p></div>
<form id="order" hidden><label for="coupon">Coupon, if you have one</label>
<input id="coupon" maxlength="28" pattern="[A-Za-z]{2,20}-[1-9][0-9]{0,6}" title="A word, a dash and a number: WELCOME-7" placeholder="WELCOME-7" autocomplete="off" spellcheck="false">
<button id="order-button">Place the order</button></form>
</section>
</div>`
  return layout(files, { title, place: '/', script: 'browser/shop.js', cartLink: true, main })
}

function card(files: PageFiles, { product, name, price, onHand }: CatalogueEntry, i: number): Markup {
  const { text, level } = stock(onHand)
  return html`<li class="card" data-product="${product}">
<svg class="thing tint-${tintOf(product)}" aria-hidden="true"><use href="${files.address('static/things.svg')}#${thingOf(name)}"></use></svg>
<h2 id="p${i}">${name === '' ? product : name}</h2>
<p class="facts"><span class="price">${price !== null && money(price)}</span> <span class="stock ${level}">${text}</span></p>
<button type="button" id="add-${i}" class="add needs-script" data-add="${product}" aria-describedby="p${i}"${onHand <= 0 && html` aria-disabled="true"`}>Add to cart</button>
</li>`
}

const thingOf = (name: string): string => THINGS.find((thing) => name.toLowerCase().includes(thing)) ?? 'box'

/** The same for a product each time. */
const tintOf = (product: string): number => [...product].reduce((sum, sign) => sum * 31 + sign.charCodeAt(0), 7) % TINTS
