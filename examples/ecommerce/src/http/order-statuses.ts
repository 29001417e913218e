/** How the rejections of placing an order are answered, whichever command places it. */
export const ORDER_STATUSES = {
  OrderExists: 409,
  OutOfStock: 409,
  CouponUsed: 409,
  CouponNotValid: 409,
  NotForSale: 409,
} as const
