import { ensure, type ReadOnlyStream, type Rejection, reject, type StateOf, type StreamCollection } from 'eventcore'
import type { Campaign, CouponUse } from '../streams/coupon.ts'
import type { Order, OrderLine } from '../streams/order.ts'
import type { PriceList } from '../streams/price-list.ts'
import type { Stock } from '../streams/stock.ts'
import { quantitiesByProduct, sumOf } from './line-quantities.ts'

type Collection<Definition> = StreamCollection<ReadOnlyStream<StateOf<Definition>>>

/** What placing an order looks at, whichever command places it. */
export interface OrderSituation {
  readonly order: ReadOnlyStream<StateOf<typeof Order>>
  readonly stock: Collection<typeof Stock>
  readonly prices: ReadOnlyStream<StateOf<typeof PriceList>>
  /** Of the coupon, if there is one: each holds one stream or none. */
  readonly campaign: Collection<typeof Campaign>
  readonly couponUse: Collection<typeof CouponUse>
}

export interface WantedLine {
  readonly product: string
  readonly quantity: number
  /** Agreed upon beforehand. Without it, the price list's. */
  readonly unitPrice?: number | undefined
}

export interface DecidedOrder {
  readonly lines: readonly OrderLine[]
  /** Each product once. */
  readonly sold: ReadonlyMap<string, number>
  readonly discount: number
  readonly total: number
}

export type OrderRejection =
  | Rejection<'OrderExists', undefined>
  | Rejection<'NotForSale', { readonly product: string }>
  | Rejection<'OutOfStock', { readonly product: string; readonly wanted: number; readonly onHand: number }>
  | Rejection<'CouponNotValid', { readonly coupon: string }>
  | Rejection<'CouponUsed', { readonly coupon: string }>

/** The rules of placing an order. Commands differ in where the lines come from, and emit what is decided here. */
export function* decideOrder(
  { order, stock, prices, campaign, couponUse }: OrderSituation,
  wanted: readonly WantedLine[],
  coupon: string | undefined,
): Generator<OrderRejection, DecidedOrder, unknown> {
  yield* ensure(!order.exists, 'OrderExists')
  const lines: OrderLine[] = []
  for (const { product, quantity, unitPrice = prices.state.get(product) } of wanted) {
    if (unitPrice === undefined) yield reject('NotForSale', { product })
    else lines.push({ product, quantity, unitPrice })
  }
  const sold = quantitiesByProduct(lines)
  for (const [product, quantity] of sold) {
    const { onHand } = stock.of(product).state
    yield* ensure(onHand >= quantity, 'OutOfStock', { product, wanted: quantity, onHand })
  }
  const sum = sumOf(lines)
  const percent = coupon === undefined ? 0 : yield* percentOf(coupon, campaign, couponUse)
  const discount = Math.floor((sum * percent) / 100)
  return { lines, sold, discount, total: sum - discount }
}

function* percentOf(
  coupon: string,
  campaigns: Collection<typeof Campaign>,
  uses: Collection<typeof CouponUse>,
): Generator<Extract<OrderRejection, Rejection<'CouponNotValid' | 'CouponUsed', unknown>>, number, unknown> {
  const { percent, coupons } = campaigns.of(campaignOf(coupon)).state
  yield* ensure(serialOf(coupon) <= coupons, 'CouponNotValid', { coupon })
  yield* ensure(!uses.of(coupon).exists, 'CouponUsed', { coupon })
  return percent
}

export const campaignOf = (coupon: string): string => coupon.slice(0, coupon.lastIndexOf('-'))
const serialOf = (coupon: string): number => Number(coupon.slice(coupon.lastIndexOf('-') + 1))
