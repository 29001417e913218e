import type { OrderSummary } from '../../read-models/customer-orders.ts'
import type { PageFiles } from '../files.ts'
import { count, money } from '../views/amounts.js'
import { html, type Markup } from '../views/html.js'
import { layout } from './layout.ts'
import { statusTag } from './order-status.ts'
import { timeOf } from './time.ts'

/** The orders of a customer. Who that is the browser knows; without JavaScript it is asked for. */
export function ordersDocument(files: PageFiles, customer: string, orders: readonly OrderSummary[]): Markup {
  const main = html`
<h1>Your orders</h1>
<form class="search" action="/shop/orders"><label for="customer">Customer number</label>
<input id="customer" name="customer" value="${customer}" required pattern="[\\w.:\\-]{1,100}" maxlength="100" autocomplete="off" spellcheck="false">
<button class="quiet">Show</button></form>
<p class="muted">There are no accounts in this shop: your browser remembers a customer number for you.</p>
${customer !== '' && (orders.length === 0 ? html`<p class="notice">Nothing was ordered yet. <a href="/">To the shop</a></p>` : table(orders))}`
  return layout(files, { title: 'Your orders', place: '/shop/orders', script: 'browser/orders.js', main })
}

const table = (orders: readonly OrderSummary[]): Markup => html`
<div class="panel scroll" role="region" aria-label="Orders" tabindex="0"><table>
<thead><tr><th scope="col">Order</th><th scope="col">Placed</th><th scope="col">Status</th><th scope="col" class="number wide">Products</th><th scope="col" class="number">Total</th></tr></thead>
<tbody>${orders.map(
  ({ order, placedAt, total, products, status }) => html`<tr>
<th scope="row"><a href="/shop/orders/${encodeURIComponent(order)}"><code>${shortId(order)}</code></a></th>
<td>${timeOf(placedAt)}</td><td>${statusTag(status)}</td><td class="number wide">${count(products)}</td><td class="number">${money(total)}</td>
</tr>`,
)}</tbody></table></div>`

/** Enough of an id to tell a customer's orders apart. */
export const shortId = (id: string): string => (id.length > 8 ? `…${id.slice(-6)}` : id)
