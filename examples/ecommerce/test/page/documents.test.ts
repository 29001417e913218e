import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { PageFiles } from '../../src/page/files.ts'
import { html } from '../../src/page/views/html.js'
import { explain } from '../../src/page/views/words.js'
import { PageShop } from './fixture/page-shop.ts'

const SLOW = { timeout: 30_000 }
const GZIP = { 'accept-encoding': 'gzip' }

test('all files of the page are sent in less than 26 kB, and nothing comes from elsewhere', SLOW, async () => {
  const { bytes, gzipped } = new PageFiles().size
  await using shop = await PageShop.open()
  const text = await (await fetch(shop.url)).text()
  const sent = gzipped + gzipSync(text).length
  expect(sent).toBeLessThan(26_000)
  expect(bytes).toBeLessThan(60_000)
  expect(text).not.toMatch(/(?:href|src|action)="(?!\/|#)/)
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style|<[^>]*\s(?:style|on\w+)=/)
})

test('documents are asked for each time, files never again, and nothing but what is ours may run', SLOW, async () => {
  await using shop = await PageShop.open()
  const document = await fetch(shop.url, { headers: GZIP })
  expect(Object.fromEntries(document.headers)).toMatchObject({
    'cache-control': 'no-cache',
    'content-encoding': 'gzip',
    'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'; style-src 'self'"),
    'x-content-type-options': 'nosniff',
  })
  expect(document.headers.has('set-cookie')).toBe(false)
  const text = await document.text()
  const etag = document.headers.get('etag') ?? ''
  expect((await fetch(shop.url, { headers: { 'if-none-match': etag } })).status).toBe(304)
  const addresses = [...text.matchAll(/(?:href|src)="(\/shop\/files\/[^"#]+)/g)].map(([, address = '']) => address)
  expect(addresses.length).toBeGreaterThan(10)
  for (const address of new Set(addresses)) {
    const file = await fetch(`${shop.url}${address}`, { headers: GZIP })
    expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
  }
  // A document of another version of the server: it gets what there is, and keeps it not.
  const other = await fetch(`${shop.url}/shop/files/0123456789ab/browser/shop.js`)
  expect([other.status, other.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect((await fetch(`${shop.url}/shop/files/x/../../../package.json`)).status).toBe(404)
  expect((await fetch(`${shop.url}/shop/files/x/..%2F..%2Fpackage.json`)).status).toBe(404)
})

test('what people have written stays text', SLOW, async () => {
  await using shop = await PageShop.open()
  const search = '"><script>alert(1)</script>'
  const text = await (await fetch(`${shop.url}/?${new URLSearchParams({ search })}`)).text()
  expect(text).not.toContain('<script>alert')
  expect(text).toContain('value="&quot;&gt;&lt;script&gt;')
  expect(await (await fetch(shop.url)).text()).toContain('&lt;img src=x onerror=')
  expect(String(html`<a title="${`'"<>&`}">${[html`<b>`, html`</b>`]}${undefined}${false}${0}</a>`)).toBe(
    '<a title="&#39;&quot;&lt;&gt;&amp;"><b></b>0</a>',
  )
})

test('an order that does not exist, and a position of another database, are no errors of ours', SLOW, async () => {
  await using shop = await PageShop.open()
  for (const order of ['none', '%00', '..%2Fetc', 'x'.repeat(200)]) {
    const answer = await fetch(`${shop.url}/shop/orders/${order}`)
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('There is no such order')])
  }
  expect((await fetch(`${shop.url}/?after=99999999`)).status).toBe(200)
  expect((await fetch(`${shop.url}/shop/orders?customer=a%20b&after=nonsense`)).status).toBe(200)
  expect(shop.logged).toEqual([])
})

describe('customers are told in words', () => {
  const commands = new URL('../../src/commands/', import.meta.url)
  const sources = readdirSync(commands).map((name) => readFileSync(new URL(name, commands), 'utf8'))
  const rejections = sources.flatMap((text) =>
    Array.from(text.matchAll(/(?:reject\(|ensure\(.*?, )'([A-Z]\w+)'/g), ([, code = '']) => code),
  )
  /** Of commands and inputs that the page has no button for. */
  const elsewhere = [
    'CampaignExists',
    'PaymentMethodExists',
    'OrderExists',
    'StillPayable',
    'ReturnExists',
    'OrderNotPaid',
  ]
  const codes = [...new Set(rejections)].filter((code) => !elsewhere.includes(code))
  const general = explain({ code: 'HTTP_418', status: 418, reason: {} }).text

  test('there are rejections', () => expect(codes.length).toBeGreaterThan(12))

  test.each(codes)('%s', (code) => {
    const { text } = explain({ code, status: 409, reason: {} })
    expect(text).not.toBe(general)
  })

  test.each([
    ['CONCURRENCY_CONFLICT', 409],
    ['COMMIT_OUTCOME_UNKNOWN', 503],
    ['EXECUTOR_OVERLOADED', 503],
    ['HTTP_500', 500],
    ['NETWORK', 0],
  ])('%s, with a button to try again', (code, status) => {
    expect(explain({ code, status, reason: {} })).toMatchObject({ again: true })
  })
})
