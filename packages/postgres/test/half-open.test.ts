import { describe, expect, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { write } from './support/commits.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

/** Short enough for a test, and longer than a busy machine takes over a statement. */
const TIMEOUTS = { connectTimeoutMs: 1_000, statementTimeoutMs: 2_000, answerGraceMs: 500 }

describe('when nothing comes through its connections any more, and nobody is told', () => {
  async function behindProxy() {
    const url = await stage.database()
    const proxy = await stage.proxy(url)
    const store = await PostgresEventStore.open({ url: proxy.through(url), ...TIMEOUTS })
    return { proxy, store }
  }

  it('a store can be closed, although it listens and could not tell others of its last append', async () => {
    const { proxy, store } = await behindProxy()
    await write(store, 'a')
    await store.waitForEvents(await store.headCursor(), { timeoutMs: 100 })
    proxy.blackholeAt((request) => request.includes('pg_notify'))
    await write(store, 'a')
    await store.close()
  }, 30_000)

  it('each call notices by itself, and when connections work again the store does, too', async () => {
    const { proxy, store } = await behindProxy()
    await write(store, 'a')
    // So that each of the calls finds a connection that has worked before.
    await Promise.all(Array.from({ length: 6 }, () => store.headCursor()))
    proxy.blackhole()
    const calls = [
      store.headCursor(),
      store.readFeed({ limit: 1 }),
      store.leases.acquire('a', 'b', 1_000),
      store.projections.activate({ name: 'seen', version: 1, apply: () => undefined }),
    ]
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } })
    proxy.restore()
    // The pool hears of the connections that were cut one by one.
    await expect.poll(() => works(store), { timeout: 10_000 }).toBe(true)
    await write(store, 'a')
    await store.close()
  }, 60_000)

  it('a statement of a handler that is answered too late is no fault of the handler', async () => {
    const { store } = await behindProxy()
    const late = store.projections.commit({
      projection: 'late',
      streams: [],
      apply: async (tx) => {
        await tx.query('set local statement_timeout = 0')
        await tx.query('select pg_sleep(4)')
        return []
      },
    })
    await expect(late).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await store.close()
  }, 60_000)

  it('a new connection whose log-in came through and nothing after it is given up', async () => {
    const { proxy, store } = await behindProxy()
    proxy.cutAll()
    // The pool forgets those that were cut.
    await store.headCursor().catch(() => undefined)
    proxy.cutAll()
    await new Promise((resolve) => setTimeout(resolve, 100))
    proxy.blackholeAt((request) => request.includes('pg_backend_pid'))
    await expect(store.headCursor()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    proxy.restore()
    await store.close()
  }, 30_000)
})

const works = (store: PostgresEventStore): Promise<boolean> =>
  store.headCursor().then(
    () => true,
    () => false,
  )
