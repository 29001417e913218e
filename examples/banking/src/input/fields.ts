import { parseMoney } from '../money.ts'
import { InvalidField } from './csv-file.ts'

/** An amount above 0, in minor units. */
export function amountField(column: string, text: string): number {
  const amount = parseMoney(text)
  if (amount === undefined || amount <= 0)
    throw new InvalidField(`${column} is ${quoted(text)}; an amount above 0 with at most two decimals is expected`)
  return amount
}

export function matchingField(column: string, text: string, pattern: RegExp, expected: string): string {
  if (!pattern.test(text)) throw new InvalidField(`${column} is ${quoted(text)}; ${expected} is expected`)
  return text
}

export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
