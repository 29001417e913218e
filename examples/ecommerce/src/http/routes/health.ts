import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ShopContext } from '../context.ts'

/** States of a read model or a process with which the shop can be used: it works, or another process does. */
const USABLE: ReadonlySet<string> = new Set(['live', 'catching-up', 'standby', 'retrying', 'paused'])

/** For whoever starts and watches the process: is it alive, and can it be sent requests? */
export function healthRoutes(app: OpenAPIHono, { shop, runners, stopping }: ShopContext): void {
  // It answers, so it lives. Asking the database here would have it restarted when the database is gone.
  app.get('/health', (c) => c.json({ status: 'ok' }))

  app.get('/ready', async (c) => {
    if (stopping.aborted) return c.json({ status: 'stopping' }, 503)
    try {
      await shop.events.headCursor()
      const statuses = await Promise.all(runners.map((runner) => runner.status()))
      const projections = statuses.map(({ projection, state, lagEvents, deadLetters }) => ({
        projection,
        state,
        lagEvents,
        deadLetters: deadLetters === undefined ? undefined : deadLetters.failed + deadLetters.waiting,
      }))
      const ready = projections.every(({ state }) => USABLE.has(state))
      return c.json({ status: ready ? 'ready' : 'not-ready', projections }, ready ? 200 : 503)
    } catch {
      return c.json({ status: 'not-ready', reason: 'The database cannot be reached.' }, 503)
    }
  })
}
