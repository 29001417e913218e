import { defineStream } from 'eventcore'
import { z } from 'zod'
import { OrderId, ProductCode, Quantity } from './ids.ts'

export interface CartItem {
  readonly product: string
  readonly quantity: number
}

export interface CartState {
  readonly items: readonly CartItem[]
  /** The order that it became. */
  readonly order: string | undefined
}

const without = (items: readonly CartItem[], product: string): readonly CartItem[] =>
  items.filter((item) => item.product !== product)

/** What a visitor has chosen: `cart/0198…`. Nothing is reserved: stock is taken when the order is placed, with all of it or not at all. */
export const Cart = defineStream('cart', {
  events: {
    ItemSet: z.object({ product: ProductCode, quantity: Quantity }),
    ItemRemoved: z.object({ product: ProductCode }),
    CheckedOut: z.object({ order: OrderId }),
  },
  initial: (): CartState => ({ items: [], order: undefined }),
  apply: {
    ItemSet: (state, item) =>
      state.items.some(({ product }) => product === item.product)
        ? { ...state, items: state.items.map((old) => (old.product === item.product ? item : old)) }
        : { ...state, items: [...state.items, item] },
    ItemRemoved: (state, { product }) => ({ ...state, items: without(state.items, product) }),
    CheckedOut: (state, { order }) => ({ ...state, order }),
  },
})
