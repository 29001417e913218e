import { html, type Markup } from '../views/html.js'

const WORDS: Readonly<Record<string, readonly [text: string, look: string]>> = {
  placed: ['Waiting for payment', 'warn'],
  paid: ['Paid', 'good'],
  cancelled: ['Cancelled', ''],
  'to-be-shipped': ['Paid, being packed', 'good'],
  'shipment-overdue': ['Parcel is late', 'warn'],
  shipped: ['On its way', 'good'],
}

/** How far an order is, for its customer. */
export function statusTag(status: string): Markup {
  const [text, look] = WORDS[status] ?? [status, '']
  return html`<span class="tag ${look}">${text}</span>`
}
