import { defineCommand, ensure } from 'eventcore'
import { z } from 'zod'
import { GoodsReturn } from '../streams/goods-return.ts'
import { CustomerId, OrderId } from '../streams/ids.ts'
import { OrderLine } from '../streams/order.ts'
import { Stock } from '../streams/stock.ts'
import { quantitiesByProduct, sumOf } from './line-quantities.ts'

/** Takes goods back without knowing the order that they came from, as credit notes of other systems do: all products, or none. */
export const CreditGoods = defineCommand({
  name: 'CreditGoods',
  input: z.object({
    id: OrderId,
    customer: CustomerId,
    lines: z.array(OrderLine).min(1).max(5_000),
    creditedAt: z.iso.datetime(),
  }),
  streams: ({ id, lines }) => ({
    goodsReturn: GoodsReturn(id),
    stock: Stock.many(lines.map(({ product }) => product)),
  }),
  handle: function* ({ input: { id, customer, lines, creditedAt }, goodsReturn, stock }) {
    yield* ensure(!goodsReturn.exists, 'ReturnExists')
    return [
      goodsReturn.emit('GoodsCredited', { customer, lines, total: sumOf(lines), creditedAt }),
      ...Array.from(quantitiesByProduct(lines), ([product, quantity]) =>
        stock.of(product).emit('StockReturned', { quantity, from: id }),
      ),
    ]
  },
})
