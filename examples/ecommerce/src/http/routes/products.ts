import { HttpProblem, readYourWrites } from '@eventcore/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { StockProducts } from '../../commands/stock-products.ts'
import { Money } from '../../money.ts'
import { AlsoBought, alsoBought } from '../../read-models/bought-together.ts'
import { CatalogueEntry, findProduct, listProducts } from '../../read-models/catalogue.ts'
import { ProductCode, Quantity } from '../../streams/ids.ts'
import { run, type ShopContext } from '../context.ts'
import { Accepted, After, accepted, body, json, limitOf, problems } from '../schemas.ts'

const Entry = CatalogueEntry.openapi('Product')
const params = z.object({ product: ProductCode })

const list = createRoute({
  method: 'get',
  path: '/products',
  summary: 'The products for sale, with their prices and stock, by their codes',
  request: {
    query: z.object({
      search: z.string().max(100).default(''),
      from: z.string().max(100).default('').openapi({ description: 'The last code of the page before.' }),
      limit: limitOf(200, 50),
      after: After,
    }),
  },
  responses: { 200: json('A page', z.object({ products: z.array(Entry) })), ...problems(400, 503) },
})

const show = createRoute({
  method: 'get',
  path: '/products/{product}',
  summary: 'One product',
  request: { params, query: z.object({ after: After }) },
  responses: { 200: json('The product', Entry), ...problems(400, 404, 503) },
})

const also = createRoute({
  method: 'get',
  path: '/products/{product}/also-bought',
  summary: 'What else was bought by those who bought this',
  request: { params, query: z.object({ limit: limitOf(50, 5), after: After }) },
  responses: {
    200: json('The most frequent first', z.object({ products: z.array(AlsoBought) })),
    ...problems(400, 503),
  },
})

const deliver = createRoute({
  method: 'post',
  path: '/deliveries',
  summary: 'Takes products in: their names, prices and pieces',
  request: body(
    z.strictObject({
      products: z
        .array(
          z.strictObject({
            product: ProductCode,
            name: z.string().trim().min(1).max(200).optional(),
            price: Money.optional(),
            quantity: Quantity.optional(),
          }),
        )
        .min(1)
        .max(1_000)
        .refine(
          (all) => new Set(all.map(({ product }) => product)).size === all.length,
          'each product once is expected',
        ),
    }),
  ),
  responses: { 200: json('Taken in', Accepted), ...problems(400, 409, 422, 503) },
})

export function productRoutes(app: OpenAPIHono, context: ShopContext): void {
  const { shop, readModels } = context

  app.openapi(list, async (c) => {
    await readYourWrites(c, readModels.catalogue)
    return c.json({ products: [...(await listProducts(shop.database, c.req.valid('query')))] }, 200)
  })

  app.openapi(show, async (c) => {
    await readYourWrites(c, readModels.catalogue)
    const { product } = c.req.valid('param')
    const entry = await findProduct(shop.database, product)
    if (entry === undefined) throw new HttpProblem({ title: 'Not found', status: 404, code: 'ProductNotFound' })
    return c.json(entry, 200)
  })

  app.openapi(also, async (c) => {
    await readYourWrites(c, readModels.boughtTogether)
    const { product } = c.req.valid('param')
    return c.json({ products: [...(await alsoBought(shop.database, product, c.req.valid('query').limit))] }, 200)
  })

  app.openapi(deliver, async (c) => {
    const outcome = await run(c, context, StockProducts(c.req.valid('json')))
    return c.json(accepted(outcome), 200)
  })
}
