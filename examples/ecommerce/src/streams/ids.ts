import { z } from 'zod'

const named = (pattern: RegExp, expected: string) => z.string().regex(pattern, `${expected} expected`)

/** What the price tag says: `85123A`, `BANK CHARGES`. */
export const ProductCode = named(
  /^[\w.:-](?:[\w .:-]{0,58}[\w.:-])?$/,
  'at most 60 letters, digits, spaces and . : _ - are',
)

const Id = named(/^[\w.:-]{1,100}$/, 'at most 100 letters, digits and . : _ - are')

export const OrderId = Id
export const CartId = Id
export const CustomerId = Id
export const PaymentMethodId = Id
export const PriceListName = Id

/** A campaign and a serial number: `SPRING-17`. */
export const CouponCode = named(/^[A-Z]{2,20}-[1-9]\d{0,6}$/, 'a campaign, a dash and a number are')

export const Quantity = z.int().positive().max(1_000_000)
