import { HttpProblem, handleProblems, invalidRequest, notFoundProblem } from '@eventcore/hono'
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { pageRoutes } from '../page/page-routes.ts'
import type { ShopContext } from './context.ts'
import { cartRoutes } from './routes/carts.ts'
import { customerRoutes } from './routes/customers.ts'
import { healthRoutes } from './routes/health.ts'
import { liveRoutes } from './routes/live.ts'
import { orderRoutes } from './routes/orders.ts'
import { productRoutes } from './routes/products.ts'

/** An order of 1,000 lines has 70 kB. */
const MOST_BYTES = 256 * 1_024

/** The shop as a web application: a request in, a response out. */
export function createApp(context: ShopContext): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.target, result.error.issues)
    },
  })
  app.onError(handleProblems({ onUnexpected: context.log }))
  app.notFound(notFoundProblem)
  // Whether it is reached by TLS is known to what stands before it.
  app.use(secureHeaders({ strictTransportSecurity: false }))
  app.use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: () => {
        throw new HttpProblem({
          title: 'Content too large',
          status: 413,
          code: 'BODY_TOO_LARGE',
          detail: `At most ${MOST_BYTES} bytes are expected.`,
        })
      },
    }),
  )
  healthRoutes(app, context)
  productRoutes(app, context)
  cartRoutes(app, context)
  orderRoutes(app, context)
  customerRoutes(app, context)
  liveRoutes(app, context)
  pageRoutes(app, context)
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'A shop on EventCore', version: '1.0.0' },
  })
  return app
}
