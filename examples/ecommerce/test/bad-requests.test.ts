import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HttpShop } from './fixture/http-shop.ts'

let shop: HttpShop

/** Milliseconds until a request must be here: short, for the slow ones. */
const REQUEST_TIMEOUT = 400

beforeAll(async () => {
  shop = await HttpShop.open('sqlite', REQUEST_TIMEOUT)
}, 30_000)

afterAll(() => shop[Symbol.asyncDispose]())

/** Each has its status and its code as a problem, and writes nothing. */
async function refuses(status: number, code: string, request: Parameters<HttpShop['send']>): Promise<void> {
  await problemOf(status, code, request)
}

async function problemOf(
  status: number,
  code: string,
  request: Parameters<HttpShop['send']>,
): Promise<Readonly<Record<string, unknown>>> {
  const head = await shop.head()
  const answer = await shop.send(...request)
  expect({ status: answer.status, type: answer.type, code: answer.body.code }).toEqual({
    status,
    type: 'application/problem+json',
    code,
  })
  expect(answer.body).toMatchObject({ title: expect.any(String), status, type: expect.any(String) })
  expect(await shop.head()).toBe(head)
  return answer.body
}

const order = (change: Readonly<Record<string, unknown>> = {}) => ({
  customer: 'anna',
  lines: [{ product: 'cup', quantity: 1 }],
  ...change,
})

describe('a request that is not as the schema says', () => {
  test.each<[string, unknown]>([
    ['no lines', order({ lines: [] })],
    ['more lines than allowed', order({ lines: Array(1_001).fill({ product: 'cup', quantity: 1 }) })],
    ['a quantity of 0', order({ lines: [{ product: 'cup', quantity: 0 }] })],
    ['a quantity below 0', order({ lines: [{ product: 'cup', quantity: -5 }] })],
    ['half a cup', order({ lines: [{ product: 'cup', quantity: 0.5 }] })],
    ['more cups than can be counted', order({ lines: [{ product: 'cup', quantity: 1e300 }] })],
    ['a quantity as text', order({ lines: [{ product: 'cup', quantity: '1' }] })],
    ['a price of its own', order({ lines: [{ product: 'cup', quantity: 1, unitPrice: 1 }] })],
    ['an order id of its own', order({ order: 'mine' })],
    ['nobody as customer', order({ customer: undefined })],
    ['a coupon that cannot be one', order({ coupon: 'spring' })],
    ['a list', [order()]],
    ['null', 'null'],
    ['a text', '"order"'],
  ])('%s', async (_, body) => {
    const problem = await problemOf(400, 'INVALID_REQUEST', ['POST', '/orders', body])
    expect(problem.issues).toContainEqual({ path: expect.any(String), message: expect.any(String) })
  })

  test('a body that is not JSON', () => refuses(400, 'HTTP_400', ['POST', '/orders', '{"customer":']))
  test('no body', () => refuses(400, 'INVALID_REQUEST', ['POST', '/orders']))
  test('a body of another type', () =>
    refuses(415, 'HTTP_415', [
      'POST',
      '/orders',
      'customer=anna',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ]))
  test('a page of no length', () => refuses(400, 'INVALID_REQUEST', ['GET', '/products?limit=0']))
  test('a page that is too long', () => refuses(400, 'INVALID_REQUEST', ['GET', '/products?limit=201']))
  test('a day that does not exist', () => refuses(400, 'INVALID_REQUEST', ['GET', '/revenue?first=2026-02-30']))
  test('a path that cannot be decoded', () => refuses(400, 'INVALID_REQUEST', ['GET', '/products/%E0%A4%A']))
})

describe('what does not exist', () => {
  test('a product', () => refuses(404, 'ProductNotFound', ['GET', '/products/saucer']))
  test('an order', () => refuses(404, 'OrderNotFound', ['GET', '/orders/nope']))
  test('the events of an order', () => refuses(404, 'OrderNotFound', ['GET', '/orders/nope/events']))
  test('an order to be paid', () => refuses(404, 'OrderNotFound', ['POST', '/orders/nope/payment', {}]))
  test('an order to be cancelled', () => refuses(404, 'OrderNotFound', ['POST', '/orders/nope/cancellation']))
  test('a parcel', () => refuses(404, 'ShipmentNotFound', ['POST', '/orders/nope/dispatch', { carrier: 'Snail' }]))
  test('a route', () => refuses(404, 'NOT_FOUND', ['GET', '/nope']))
  test('a method', () => refuses(404, 'NOT_FOUND', ['DELETE', '/orders/nope']))
  test('a product in an order', async () => {
    const problem = await problemOf(409, 'NotForSale', [
      'POST',
      '/orders',
      order({ lines: [{ product: 'saucer', quantity: 1 }] }),
    ])
    expect(problem.reason).toEqual({ product: 'saucer' })
  })
  test('a coupon', () => refuses(409, 'CouponNotValid', ['POST', '/orders', order({ coupon: 'SPRING-1' })]))
})

describe('headers and parameters that say nothing', () => {
  test.each(['', 'x'.repeat(201), 'a b', '"'])('the idempotency key %j', (key) =>
    refuses(400, 'INVALID_IDEMPOTENCY_KEY', ['POST', '/orders', order(), { 'idempotency-key': key }]),
  )
  test.each(['3', '"3', 'W/3', '"1",', Array(21).fill('"1"').join(',')])('the entity tag %j', (tag) =>
    refuses(400, 'INVALID_ENTITY_TAG', ['PUT', '/carts/c9/items/cup', { quantity: 1 }, { 'if-match': tag }]),
  )
  test.each(['"7"', '"x"', 'W/"0"', '*'])('the entity tag %j, which the cart does not have', (tag) =>
    refuses(412, 'PreconditionFailed', ['PUT', '/carts/c9/items/cup', { quantity: 1 }, { 'if-match': tag }]),
  )
  test.each(['x', '-1', '1.5', '0x1', 'é'])('the position %j', (position) =>
    refuses(400, 'INVALID_CURSOR', ['GET', `/products?after=${encodeURIComponent(position)}`]),
  )
})

describe('attempts to get in', () => {
  const names = [
    "cup'; DROP TABLE eventcore_events; --",
    'cup" OR 1=1',
    '../../etc/passwd',
    '<script>',
    'cup\n',
    'a*',
    'ü',
    'x'.repeat(61),
  ]

  test.each(names)('a product called %j', async (name) => {
    const path = encodeURIComponent(name)
    await refuses(400, 'INVALID_REQUEST', ['GET', `/products/${path}`])
    await refuses(400, 'INVALID_REQUEST', ['PUT', `/carts/c9/items/${path}`, { quantity: 1 }])
    await refuses(400, 'INVALID_REQUEST', ['POST', '/orders', order({ lines: [{ product: name, quantity: 1 }] })])
  })

  test.each(["anna'--", 'anna\r\nSet-Cookie: x', 'an/na', '', 'x'.repeat(101)])('a customer called %j', (customer) =>
    refuses(400, 'INVALID_REQUEST', ['POST', '/orders', order({ customer })]),
  )

  test.each(['__proto__', 'constructor', 'toString'])('the product %s, which every object has', (product) =>
    refuses(409, 'NotForSale', ['POST', '/orders', order({ lines: [{ product, quantity: 1 }] })]),
  )

  test('a property that every object has', () =>
    refuses(400, 'INVALID_REQUEST', [
      'POST',
      '/orders',
      '{"customer":"anna","lines":[{"product":"cup","quantity":1}],"__proto__":{"admin":true}}',
    ]))

  test('JSON that is nested deeply', () =>
    refuses(400, 'INVALID_REQUEST', ['POST', '/orders', `${'['.repeat(50_000)}${']'.repeat(50_000)}`]))

  test('SQL in a search finds nothing', async () => {
    const { status, body } = await shop.get(`/products?search=${encodeURIComponent("' OR 1=1 --")}`)
    expect({ status, body }).toEqual({ status: 200, body: { products: [] } })
  })
})

describe('too much, or too slow', () => {
  const huge = JSON.stringify(order({ customer: 'x'.repeat(300_000) }))

  test('a body that says that it is huge', () => refuses(413, 'BODY_TOO_LARGE', ['POST', '/orders', huge]))

  test('a huge body that does not say so', { timeout: 10_000 }, async () => {
    const head = await shop.head()
    const chunk = `${(1_000).toString(16)}\r\n${' '.repeat(1_000)}\r\n`
    const answer = await raw(
      'POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
        chunk.repeat(300),
    )
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('"code":"BODY_TOO_LARGE"')
    expect(await shop.head()).toBe(head)
  })

  test('a header that is huge', () =>
    expect(raw(`GET /health HTTP/1.1\r\nHost: shop\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)).resolves.toMatch(
      /^HTTP\/1.1 431 [\s\S]*application\/problem\+json[\s\S]*"code":"HTTP_431"/,
    ))

  test('what is not HTTP', () =>
    expect(raw('HELO shop\r\n\r\n')).resolves.toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"HTTP_400"/))

  test('a body that does not come', { timeout: 10_000 }, async () => {
    const head = await shop.head()
    const answer = await raw(
      'POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"customer":',
    )
    expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*application\/problem\+json[\s\S]*"code":"HTTP_408"/)
    expect(await shop.head()).toBe(head)
  })

  test('headers that do not end', { timeout: 10_000 }, () =>
    expect(raw('POST /orders HTTP/1.1\r\nHost: shop\r\n')).resolves.toMatch(/^HTTP\/1.1 408 /),
  )

  test('a body that is cut off', async () => {
    const head = await shop.head()
    const socket = connect(Number(new URL(shop.server.url).port), '127.0.0.1')
    socket.write(
      'POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"cus',
    )
    await once(socket, 'connect')
    socket.destroy()
    await once(socket, 'close')
    expect((await shop.get('/health')).status).toBe(200)
    expect(await shop.head()).toBe(head)
  })
})

test('none of this was a surprise to the server', () => {
  expect(shop.logged).toEqual([])
})

/** Sends these bytes, and reads until the server closes the connection, or has said something. */
async function raw(request: string): Promise<string> {
  const socket = connect(Number(new URL(shop.server.url).port), '127.0.0.1')
  socket.setEncoding('utf8').on('error', () => {})
  socket.write(request)
  let answer = ''
  for await (const text of socket) {
    answer += text
    if (/\r\n\r\n[\s\S]*}$/.test(answer)) break
  }
  socket.destroy()
  return answer
}
