import { expect, test } from 'vitest'
import { formatMoney, parseMoney } from '../src/money.ts'

test.each([
  ['700.00', 70_000],
  ['0.2', 20],
  ['0.20', 20],
  ['1.10', 110],
  ['-5343.7', -534_370],
  ['1000', 100_000],
  ['0000000000001', 100],
  ['4.35', 435],
  // Digit by digit: as a float times 100 this is 110000000000000.02.
  ['1100000000000.00', 110_000_000_000_000],
])('"%s" is %d hundredths', (text, minor) => {
  expect(parseMoney(text)).toBe(minor)
})

test.each(['', ' ', '1.234', '1,50', '1.', '.5', '1e3', '+5', '--5', '0x10', '1 000', 'NaN', '12345678901234', '५'])(
  '"%s" is no amount',
  (text) => {
    expect(parseMoney(text)).toBeUndefined()
  },
)

test.each([
  [0, '0.00'],
  [5, '0.05'],
  [-5, '-0.05'],
  [100_000, '1,000.00'],
  [-123_456_789, '-1,234,567.89'],
])('%d hundredths are shown as %s', (minor, text) => {
  expect(formatMoney(minor)).toBe(text)
})

test('all amounts with two decimals come back as they went', () => {
  for (let minor = -2_000; minor <= 200_000; minor += 7)
    expect(parseMoney(formatMoney(minor).replace(/,/g, ''))).toBe(minor)
})
