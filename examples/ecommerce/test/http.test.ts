import { describe, expect, test } from 'vitest'
import { DATABASES } from './fixture/empty-store.ts'
import { HttpShop } from './fixture/http-shop.ts'

const SLOW = { timeout: 120_000 }

describe.each(DATABASES)('on %s', (database) => {
  test('a visitor fills a cart, orders, pays, and is sent the parcel', SLOW, async () => {
    await using shop = await HttpShop.open(database)
    await shop.send('PUT', '/carts/c1/items/cup', { quantity: 2 })
    const set = await shop.send('PUT', '/carts/c1/items/mug', { quantity: 1 }, { 'if-match': '"1"' })
    expect([set.status, set.headers.get('etag')]).toEqual([200, '"2"'])
    const cart = await shop.get('/carts/c1')
    expect(cart.body).toEqual({
      cart: 'c1',
      items: [
        { product: 'cup', quantity: 2 },
        { product: 'mug', quantity: 1 },
      ],
    })
    expect((await shop.get('/carts/c1', { 'if-none-match': '"2"' })).status).toBe(304)

    await shop.post('/payment-methods', { paymentMethod: 'card', customer: 'anna', limit: 1_000 })
    const ordered = await shop.post('/carts/c1/checkout', { customer: 'anna', paymentMethod: 'card' })
    expect(ordered.status).toBe(201)
    const order = String(ordered.body.order)
    expect(ordered.headers.get('location')).toBe(`/orders/${order}`)
    expect((await shop.get(`/orders/${order}`)).body).toMatchObject({ status: 'placed', total: 750, customer: 'anna' })

    const paid = await shop.post(`/orders/${order}/payment`, {})
    expect(paid.status).toBe(200)
    await expect
      .poll(async () => (await shop.get(`/orders/${order}/events`)).body.events, { timeout: 10_000 })
      .toMatchObject([{ type: 'OrderPlaced' }, { type: 'OrderPaid' }, { type: 'ShipmentRequested' }])
    const sent = await shop.post(`/orders/${order}/dispatch`, { carrier: 'Snail' })
    const orders = await shop.get(`/customers/anna/orders?after=${sent.body.position}`)
    expect(orders.body.orders).toMatchObject([{ order, status: 'shipped', total: 750 }])
    expect(shop.logged).toEqual([])
  })

  test('what was written is read, by its position', SLOW, async () => {
    await using shop = await HttpShop.open(database)
    for (let left = 9; left > 4; left--) {
      const { headers } = await shop.post('/orders', { customer: 'anna', lines: [{ product: 'cup', quantity: 1 }] })
      const { body } = await shop.get(`/products/cup?after=${headers.get('event-position')}`)
      expect(body).toMatchObject({ onHand: left, sold: 10 - left })
    }
    // That nobody was given: SQLite knows that it does not exist, PostgreSQL waits for it.
    const { status } = await shop.get('/products?after=99999999')
    expect(status).toBe(database === 'sqlite' ? 400 : 503)
  })

  test('of many who want the last pieces, as many get them as there are', SLOW, async () => {
    await using shop = await HttpShop.open(database)
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        shop.post('/orders', {
          customer: 'anna',
          lines: [
            { product: 'cup', quantity: 1 },
            { product: 'mug', quantity: 1 },
          ],
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).toHaveLength(20)
    expect(refused[0]?.body).toMatchObject({ code: 'OutOfStock', reason: { product: 'cup', wanted: 1, onHand: 0 } })
  })

  test('a request that is sent again has its effect once', SLOW, async () => {
    await using shop = await HttpShop.open(database)
    const order = { customer: 'anna', lines: [{ product: 'cup', quantity: 1 }] }
    const key = { 'idempotency-key': '"click-1"' }
    const both = await Promise.all([shop.post('/orders', order, key), shop.post('/orders', order, key)])
    const third = await shop.post('/orders', order, key)
    expect([...both, third].map(({ status, body }) => [status, body.order])).toEqual(Array(3).fill([201, 'click-1']))
    expect(third.headers.get('idempotency-replayed')).toBe('true')
    const head = await shop.head()
    const other = await shop.post('/orders', { ...order, customer: 'bert' }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'COMMAND_ID_REUSED', commandId: 'click-1' } })
    const elsewhere = await shop.send('PUT', '/carts/c1/items/cup', { quantity: 1 }, key)
    expect(elsewhere.status).toBe(422)
    expect(await shop.head()).toBe(head)
    expect((await shop.get(`/products/cup?after=${third.body.position}`)).body).toMatchObject({ onHand: 9 })
  })

  test('a key cannot keep an order from being cancelled', SLOW, async () => {
    await using shop = await HttpShop.open(database)
    const order = { customer: 'anna', lines: [{ product: 'cup', quantity: 1 }] }
    const { headers } = await shop.post('/orders', order, { 'idempotency-key': 'deadline/payment/o1' })
    // Not the id under which the alarm clock will cancel the order.
    expect(headers.get('command-id')).toBe('deadline%2Fpayment%2Fo1')
  })

  test('who watches sees the stock change, and misses nothing by coming back', SLOW, async () => {
    await using shop = await HttpShop.open(database)
    const first = await watch(shop, undefined, 1, () =>
      shop.post('/orders', { customer: 'a', lines: [{ product: 'cup', quantity: 3 }] }),
    )
    expect(first.messages).toEqual(['stock {"product":"cup","onHand":7}'])
    await shop.post('/orders', { customer: 'a', lines: [{ product: 'mug', quantity: 4 }] })
    const again = await watch(shop, first.id, 1, async () => {})
    expect(again.messages).toEqual(['stock {"product":"mug","onHand":6}'])
  })
})

test('the server says what it can do, and how it is', SLOW, async () => {
  await using shop = await HttpShop.open('sqlite')
  expect((await shop.get('/health')).body).toEqual({ status: 'ok' })
  expect((await shop.get('/ready')).body).toMatchObject({ status: 'ready' })
  const { body } = await shop.get('/openapi.json')
  expect(Object.keys(body.paths as object)).toContain('/carts/{cart}/checkout')
  await shop.post('/orders', { customer: 'anna', lines: [{ product: 'cup', quantity: 99 }] })
  expect((await shop.get('/operations')).body).toMatchObject({ commands: 1, committed: 0, rejected: { OutOfStock: 1 } })
})

test('a server that stops answers what it was asked, ends its streams, and takes nothing more', SLOW, async () => {
  await using shop = await HttpShop.open('sqlite')
  const stream = await fetch(`${shop.server.url}/live/stock`)
  const orders = Array.from({ length: 20 }, () =>
    shop.post('/orders', { customer: 'anna', lines: [{ product: 'cup', quantity: 1 }] }).then(
      ({ status }) => status,
      () => 'refused' as const,
    ),
  )
  await shop.server.stop()
  const ends = await Promise.all(orders)
  // Whoever was let in was answered: with an order, without stock, or with "not now".
  expect(ends.every((end) => end === 201 || end === 409 || end === 503 || end === 'refused')).toBe(true)
  expect(await stream.text()).toContain(': connected')
  await expect(shop.get('/health')).rejects.toThrow()
})

/** Reads so many messages of the stream of stock, once `act` has been done. */
async function watch(shop: HttpShop, lastId: string | undefined, count: number, act: () => Promise<unknown>) {
  const gone = new AbortController()
  const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
  const { body } = await fetch(`${shop.server.url}/live/stock`, { headers, signal: gone.signal })
  if (body === null) throw new Error('There is no stream.')
  const messages: string[] = []
  let id: string | undefined
  let text = ''
  let acted = false
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (!acted && text.includes(': connected')) {
      acted = true
      await act()
    }
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      if (field('data') !== undefined) messages.push(`${field('event')} ${field('data')}`)
      id = field('id') ?? id
    }
    if (messages.length >= count) break
  }
  gone.abort()
  return { messages, id }
}
