import { count, money } from './amounts.js'

/** @typedef {Readonly<Record<string, unknown>>} Reason */

/**
 * What a customer is told, and whether it helps to try the same again.
 * @typedef {{ readonly text: string, readonly again: boolean }} Told
 */

/**
 * @param {string} text
 * @returns {Told}
 */
const final = (text) => ({ text, again: false })

/**
 * @param {string} text
 * @returns {Told}
 */
const again = (text) => ({ text, again: true })

/**
 * By the code of the problem. What is not here is told in general.
 * @type {Readonly<Record<string, (reason: Reason, name: string) => Told>>}
 */
const WORDS = {
  OutOfStock: ({ onHand, wanted }, name) =>
    final(
      Number(onHand) > 0
        ? `There are only ${count(Number(onHand))} of “${name}” left, and you want ${count(Number(wanted))}. Nothing was ordered: please take fewer.`
        : `“${name}” has just been sold out. Nothing was ordered: please take it out of your cart.`,
    ),
  NotForSale: (_, name) => final(`“${name}” is no longer for sale. Please take it out of your cart.`),
  CouponNotValid: () => final('This coupon is not one of ours. Please check how it is written.'),
  CouponUsed: () => final('This coupon was used already, and each is good for one order.'),
  CartEmpty: () => final('There is nothing in your cart yet.'),
  CartFull: ({ most }) => final(`A cart holds ${count(Number(most))} different products. Order these first.`),
  CartCheckedOut: () => final('This cart was ordered already, and you have a new one now.'),
  PreconditionFailed: () => final('This has changed in the meantime: look at it once more, please.'),
  OrderNotFound: () => final('There is no such order.'),
  OrderNotPayable: ({ status }) =>
    final(status === 'paid' ? 'This order is paid already.' : 'This order was cancelled: it cannot be paid any more.'),
  PaymentMethodMissing: () => final('Please enter the number of a gift card.'),
  PaymentMethodUnknown: () => final('This is not one of your gift cards. Please check its number.'),
  InsufficientFunds: ({ left, amount }) =>
    final(
      `There are ${money(Number(left))} left on this card, and the order costs ${money(Number(amount))}. Please take another.`,
    ),
  OrderCancelled: () => final('This order was cancelled already.'),
  OrderShipped: () => final('The parcel has left already: the order can no longer be cancelled.'),
  NotToBeDispatched: () => final('There is no parcel to be sent for this order any more.'),
  ShipmentNotFound: () => final('The parcel is not packed yet.'),
  CONCURRENCY_CONFLICT: () =>
    again('Many people are buying the same just now, and you lost the race. Nothing was ordered or paid. Try again.'),
  COMMAND_ID_REUSED: () => final('This was sent before in another form. Please look at what has come of it.'),
  COMMIT_OUTCOME_UNKNOWN: () =>
    again('We cannot say yet whether that went through. Try again: however often you do, it happens once.'),
  NETWORK: () => again('The shop cannot be reached. Check your connection and try again: nothing happens twice.'),
  INVALID_REQUEST: () => final('Something you entered cannot be right. Please check it.'),
  INVALID_INPUT: () => final('Something you entered cannot be right. Please check it.'),
}

/**
 * Says in words what went wrong.
 * @param {{ readonly code: string, readonly status: number, readonly reason: Reason }} problem status 0: there was no answer
 * @param {(product: string) => string} [nameOf]
 * @returns {Told}
 */
export function explain({ code, status, reason }, nameOf = (product) => product) {
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined
  if (words !== undefined) return words(reason, nameOf(String(reason.product ?? '')))
  if (status === 503) return again('The shop is very busy at the moment. Nothing was lost: try again in a moment.')
  if (status >= 500) return again('Something went wrong on our side. We have been told. Try again in a moment.')
  return final('The shop could not do that. Load the page again, please.')
}
