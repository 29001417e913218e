import { Draws } from './draws.ts'

const MADE = ['Glass', 'Oak', 'Linen', 'Copper', 'Ceramic', 'Paper', 'Wool', 'Tin', 'Bamboo', 'Marble', 'Cork', 'Steel']
const LOOKS = ['Plain', 'Striped', 'Dotted', 'Painted', 'Polished']
const THINGS = ['Cup', 'Bowl', 'Lantern', 'Tray', 'Vase', 'Box', 'Clock', 'Frame', 'Basket', 'Candle']

export interface SampleProduct {
  readonly product: string
  readonly name: string
  /** In minor units. */
  readonly price: number
  readonly quantity: number
}

/** 600 products that nobody makes. The same each time. */
export function sampleCatalogue(): readonly SampleProduct[] {
  const draws = new Draws('catalogue')
  const names = MADE.flatMap((made) => LOOKS.flatMap((looks) => THINGS.map((thing) => `${looks} ${made} ${thing}`)))
  return names.map((name, i) => ({
    product: String(20_000 + i * 7),
    name,
    price: draws.between(2, 80) * 25 - 1,
    quantity: draws.between(20, 400),
  }))
}
