import type { OrderHistoryEntry } from '../../http/order-history.ts'
import type { OrderLine } from '../../streams/order.ts'
import type { PageFiles } from '../files.ts'
import { count, money } from '../views/amounts.js'
import { html, type Markup } from '../views/html.js'
import { layout, liveSwitch } from './layout.ts'
import { statusTag } from './order-status.ts'
import { shortId } from './orders.ts'
import { timeOf } from './time.ts'

export interface OrderPage {
  readonly order: string
  readonly status: string
  readonly customer: string
  readonly lines: readonly OrderLine[]
  readonly total: number
  readonly payBy: string | undefined
  /** By product. */
  readonly names: ReadonlyMap<string, string>
  readonly history: readonly OrderHistoryEntry[]
}

export function orderDocument(files: PageFiles, page: OrderPage): Markup {
  const { order, customer, history } = page
  const main = html`
<div class="head"><h1>Order <code>${shortId(order)}</code></h1>${liveSwitch()}</div>
<div class="order" id="order" data-order="${order}" data-customer="${customer}">
<div>
<div id="summary">${summary(page)}</div>
<div id="actions" class="needs-script">${actions(page)}</div>
</div>
<section class="panel" aria-labelledby="history-title">
<h2 id="history-title">What happened</h2>
<p class="muted">The events of this order and its parcel, as they stand in the log.</p>
<ol class="history" id="history">${history.map(entry)}</ol>
</section>
</div>
<dialog id="sure" aria-labelledby="sure-title"><form method="dialog"><h2 id="sure-title">Cancel this order?</h2>
<p>Its goods go back on the shelf, and what was paid goes back to the card.</p>
<div class="row"><button class="quiet" value="no" autofocus>Keep it</button><button class="quiet danger" value="yes">Cancel the order</button></div></form></dialog>`
  return layout(files, { title: `Order ${shortId(order)}`, place: undefined, script: 'browser/order.js', main })
}

export function noOrderDocument(files: PageFiles): Markup {
  const main = html`<h1>There is no such order</h1><p>Perhaps its address was shortened. <a href="/shop/orders">Your orders</a></p>`
  return layout(files, { title: 'No such order', place: undefined, main })
}

function summary({ status, lines, total, payBy, names, history }: OrderPage): Markup {
  const sum = lines.reduce((all, { quantity, unitPrice }) => all + quantity * unitPrice, 0)
  return html`<section class="panel" aria-labelledby="summary-title">
<h2 id="summary-title">Your order ${statusTag(parcelStatus(status, history))}</h2>
<table><thead><tr><th scope="col">Product</th><th scope="col" class="number">Pieces</th><th scope="col" class="number">Price</th></tr></thead>
<tbody>${lines.map(
    ({ product, quantity, unitPrice }) =>
      html`<tr><td>${names.get(product) ?? product}</td><td class="number">${count(quantity)}</td><td class="number">${money(quantity * unitPrice)}</td></tr>`,
  )}</tbody>
<tfoot>${sum > total && html`<tr><th scope="row" colspan="2">Coupon</th><td class="number">−${money(sum - total)}</td></tr>`}<tr><th scope="row" colspan="2">Total</th><td class="number"><b>${money(total)}</b></td></tr></tfoot></table>
${status === 'placed' && payBy !== undefined && html`<p class="muted">Please pay by ${timeOf(payBy)}. After that the order is cancelled, and its goods go back on the shelf.</p>`}
</section>`
}

/** The parcel knows more than the order. */
function parcelStatus(status: string, history: readonly OrderHistoryEntry[]): string {
  if (status !== 'paid') return status
  if (history.some(({ type }) => type === 'ShipmentDispatched')) return 'shipped'
  if (history.some(({ type }) => type === 'ShipmentOverdue')) return 'shipment-overdue'
  return history.some(({ type }) => type === 'ShipmentRequested') ? 'to-be-shipped' : 'paid'
}

function actions({ status, total, history }: OrderPage): Markup {
  const sent = history.some(({ type }) => type === 'ShipmentDispatched')
  const packed = history.some(({ type }) => type === 'ShipmentRequested')
  return html`
${status === 'placed' && pay(total)}
${status === 'paid' && packed && !sent && dispatch()}
${status !== 'cancelled' && !sent && html`<p><button type="button" id="cancel" class="quiet danger">Cancel the order</button></p>`}`
}

const pay = (total: number): Markup => html`<section class="panel" aria-labelledby="pay-title">
<h2 id="pay-title">Pay</h2>
<form id="pay"><label for="card">Gift card number</label>
<div class="row"><input id="card" name="card" required maxlength="100" autocomplete="off" spellcheck="false"><button>Pay ${money(total)}</button></div></form>
<form id="get-card" class="aside"><label for="amount">No gift card? Nothing here is real, so take one:</label>
<div class="row"><select id="amount" name="amount"><option value="2000">£20</option><option value="10000" selected>£100</option><option value="100000">£1,000</option></select><button class="quiet">Get a gift card</button></div></form>
</section>`

const dispatch = (): Markup => html`<section class="panel" aria-labelledby="dispatch-title">
<h2 id="dispatch-title">In the warehouse</h2>
<form id="dispatch"><label for="carrier">Carrier</label>
<div class="row"><input id="carrier" name="carrier" required maxlength="100" value="Parcel post" autocomplete="off"><button class="quiet">The parcel has left</button></div></form>
</section>`

const TITLES: Readonly<Record<string, string>> = {
  OrderPlaced: 'Order placed',
  OrderPaid: 'Paid',
  OrderCancelled: 'Cancelled',
  ShipmentRequested: 'Parcel being packed',
  ShipmentOverdue: 'Parcel is late',
  ShipmentDispatched: 'Parcel has left',
  ShipmentStopped: 'Parcel stopped',
}

const entry = ({ type, stream, version, position, time, command, data }: OrderHistoryEntry): Markup => html`
<li class="event ${type}" data-position="${position}"><b>${TITLES[type] ?? type}</b> ${timeOf(time)}
<details><summary>${type}<span class="hidden"> in detail</span></summary>
<dl><dt>Command</dt><dd>${command}</dd><dt>Stream</dt><dd><code>${stream}</code> at version ${version}</dd><dt>Position</dt><dd><code>${position}</code></dd></dl>
<pre tabindex="0" aria-label="Data of ${type}">${JSON.stringify(data, null, 2)}</pre></details></li>`
