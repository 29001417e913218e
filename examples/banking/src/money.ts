import { z } from 'zod'

/**
 * An amount of money in minor units (hundredths), always above 0: which way it goes is said by the event. The limit, ten
 * billion units in one entry, keeps sums of a great many entries within the whole numbers that JavaScript counts exactly.
 */
export const Money = z.int().positive().max(1_000_000_000_000)

const DECIMAL = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/

/** `'700.5'` → `70050`. Digit by digit: a float on the way would turn 1.10 into 1.1000000000000001. `undefined` when it is no amount. */
export function parseMoney(text: string): number | undefined {
  const [, sign, units, hundredths = ''] = DECIMAL.exec(text) ?? []
  if (units === undefined) return undefined
  const minor = Number(units + hundredths.padEnd(2, '0'))
  return sign === '-' ? -minor : minor
}

/** `-1234567` → `'-12,345.67'` */
export function formatMoney(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0')
  const units = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${minor < 0 ? '-' : ''}${units}.${digits.slice(-2)}`
}
