import { z } from 'zod'

/** Money in minor units (hundredths). The limit keeps sums of a great many amounts within the whole numbers that JavaScript counts exactly. */
export const Money = z.int().nonnegative().max(1_000_000_000_000)

const DECIMAL = /^(\d{1,12})(?:\.(\d+))?$/

/** `'2.5'` → `250`. Digit by digit, since 1.1 × 100 is 110.00000000000001. `undefined` for what is no amount in hundredths. */
export function parseMoney(text: string): number | undefined {
  const [, units, decimals = ''] = DECIMAL.exec(text) ?? []
  const hundredths = decimals.replace(/0+$/, '')
  if (units === undefined || hundredths.length > 2) return undefined
  return Number(units + hundredths.padEnd(2, '0'))
}
