const POUNDS = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' })
const WHOLE = new Intl.NumberFormat('en-GB')

/**
 * `1234` → `£12.34`
 * @param {number} minorUnits
 */
export const money = (minorUnits) => POUNDS.format(minorUnits / 100)

/**
 * `12345` → `12,345`
 * @param {number} number
 */
export const count = (number) => WHOLE.format(number)

/** From here on down a visitor is told to hurry. */
const FEW = 10

/**
 * How many pieces there are, in words, and how that is to look.
 * @param {number} onHand
 * @returns {{ readonly text: string, readonly level: 'none' | 'few' | 'enough' }}
 */
export function stock(onHand) {
  if (onHand <= 0) return { text: 'Sold out', level: 'none' }
  if (onHand <= FEW) return { text: `Only ${onHand} left`, level: 'few' }
  return { text: `${count(onHand)} in stock`, level: 'enough' }
}
