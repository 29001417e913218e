import { defineStream } from 'eventcore'
import { z } from 'zod'

/** What a product is: `product/85123A`. How many there are stands in its stock, so that renaming one disturbs no order. */
export const Product = defineStream('product', {
  events: {
    ProductNamed: z.object({ name: z.string().min(1).max(200) }),
  },
  initial: () => ({ name: '' }),
  apply: {
    ProductNamed: (_, { name }) => ({ name }),
  },
})
