import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlaceOrder } from '../../src/commands/place-order.ts'
import { ALL_RULES, CONTRAST, findChromium, startChromium, violations } from './fixture/chromium.ts'
import { PageShop } from './fixture/page-shop.ts'

const SLOW = { timeout: 60_000 }
const LONG = { timeout: 20_000 }
const executable = findChromium()

if (executable === undefined) {
  const missing = 'Chromium is not installed (Debian: apt-get install chromium), so the page was not tried in a browser'
  console.warn(missing)
  test(`NOT TESTED: ${missing}`, ({ annotate }) => annotate(missing, 'warning'))
} else describe('in a browser', () => inBrowser(executable))

function inBrowser(path: string): void {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium(path)
  }, SLOW.timeout)
  afterAll(() => browser.close())

  /** A visitor with a browser of their own. What goes wrong in it, and what it asks of others, is a failure. */
  async function visitor(
    shop: PageShop,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ readonly context: BrowserContext; readonly page: Page } & AsyncDisposable> {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(LONG.timeout)
    const wrong: string[] = []
    context.on('weberror', (error) => wrong.push(error.error().message))
    context.on('request', (request) => {
      if (!request.url().startsWith(shop.url)) wrong.push(`asked for ${request.url()}`)
    })
    context.on('console', (message) => {
      // Answers that tests provoke are told here too.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        wrong.push(message.text())
    })
    const page = await context.newPage()
    await page.goto(shop.url)
    return {
      context,
      page,
      [Symbol.asyncDispose]: async () => {
        const cookies = await context.cookies()
        await context.close()
        expect([wrong, cookies]).toEqual([[], []])
      },
    }
  }

  test('a visitor browses, fills a cart, orders with a double click, pays, and reads what happened', SLOW, async () => {
    await using shop = await PageShop.open()
    await using first = await visitor(shop)
    await using second = await visitor(shop)
    const { page } = first
    await add(page, 'Striped Oak Cup')
    await add(page, 'Tin Lantern')
    await add(page, 'Tin Lantern')
    await see(
      page.getByLabel('Pieces of Tin Lantern').and(page.getByRole('spinbutton')),
      (each) => each.inputValue(),
      '2',
    )
    await see(page.locator('#cart-total'), (each) => each.innerText(), '£42.48')
    await page.getByLabel('Coupon').fill('welcome-7')
    // There is no such campaign here.
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByText('This coupon is not one of ours').waitFor()
    await page.getByLabel('Coupon').fill('')

    await page.getByRole('button', { name: 'Place the order' }).dblclick()
    await page.getByText('Waiting for payment').waitFor()
    // The other has nothing to do with it, and sees it all the same.
    await see(card(second.page, 'Striped Oak Cup').locator('.stock'), (each) => each.innerText(), 'Only 9 left')
    await see(card(second.page, 'Tin Lantern').locator('.stock'), (each) => each.innerText(), '298 in stock')

    await page.getByLabel('Gift card number').fill('not-mine')
    await page.getByRole('button', { name: 'Pay £42.48' }).click()
    await page.getByText('This is not one of your gift cards').waitFor()
    await page.getByLabel('No gift card?').selectOption('£20')
    await page.getByRole('button', { name: 'Get a gift card' }).click()
    await page.getByText('Here is your gift card').waitFor()
    await page.getByRole('button', { name: 'Pay £42.48' }).click()
    await page.getByText('There are £20.00 left on this card, and the order costs £42.48').waitFor()
    await page.getByLabel('No gift card?').selectOption('£100')
    await page.getByRole('button', { name: 'Get a gift card' }).click()
    await page.getByText('Here is your gift card').waitFor()
    await page.getByRole('button', { name: 'Pay £42.48' }).dblclick()
    // The parcel is asked for by a process, because of the payment: the page is told of it.
    await page.getByText('Parcel being packed').waitFor()
    await page.getByRole('button', { name: 'The parcel has left' }).click()
    const history = page.getByRole('listitem').filter({ has: page.getByRole('time') })
    await see(history, (each) => each.count(), 4)
    expect(await page.locator('.event > b').allInnerTexts()).toEqual([
      'Order placed',
      'Paid',
      'Parcel being packed',
      'Parcel has left',
    ])
    await page.getByText('OrderPaid').click()
    await page.getByText('"amount": 4248').waitFor()

    await page.getByRole('link', { name: 'Your orders' }).click()
    await page.getByText('On its way').waitFor()
    expect(await page.locator('tbody tr').count()).toBe(1)
    expect(await shop.get('/operations')).toMatchObject({ failed: {} })
    expect(shop.logged).toEqual([])
  })

  test('with the keyboard alone: add, order, pay', SLOW, async () => {
    await using shop = await PageShop.open()
    await using visit = await visitor(shop)
    const { page } = visit
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await tabTo(page, card(page, 'Striped Oak Cup').getByRole('button'))
    await page.keyboard.press('Enter')
    await page.getByText('Striped Oak Cup is in your cart').waitFor()
    await tabTo(page, page.getByRole('button', { name: 'One more of Striped Oak Cup' }))
    await page.keyboard.press('Enter')
    await see(page.locator('#cart-total'), (each) => each.innerText(), '£5.00')
    // What was pressed is drawn anew, and still has the focus.
    await page.keyboard.press('Space')
    await see(page.locator('#cart-total'), (each) => each.innerText(), '£7.50')
    await tabTo(page, page.getByRole('button', { name: 'Place the order' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('button', { name: 'Get a gift card' }))
    await page.keyboard.press('Enter')
    await page.getByText('Here is your gift card').waitFor()
    await tabTo(page, page.getByRole('button', { name: 'Pay £7.50' }))
    await page.keyboard.press('Enter')
    await page.getByText('Paid, being packed').waitFor()
    await tabTo(page, page.getByRole('button', { name: 'Cancel the order' }))
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }))
    await page.keyboard.press('Enter')
    await page.getByText('The order is cancelled').waitFor()
    expect(await shop.get('/products/cup')).toMatchObject({ onHand: 10 })
  })

  test('what cannot be ordered is told in words, and tabs share one cart', SLOW, async () => {
    await using shop = await PageShop.open()
    await using visit = await visitor(shop)
    const { page, context } = visit
    const other = await context.newPage()
    await other.goto(shop.url)
    expect(await page.title()).not.toBe('broken')
    await card(page, 'Marble Vase').getByRole('button').click({ force: true })
    await page.getByText('This is sold out at the moment').waitFor()
    await add(page, 'Striped Oak Cup')
    await see(other.locator('#cart-count'), (each) => each.innerText(), '1')
    await add(other, 'Striped Oak Cup')
    await see(page.locator('#cart-count'), (each) => each.innerText(), '2')
    // Somebody buys one while the visitor is typing.
    await page.getByRole('spinbutton').selectText()
    await page.keyboard.type('1')
    await shop.withExecutor((executor) => executor.executeOrThrow(orderOf('cup', 1)))
    await see(card(page, 'Striped Oak Cup').locator('.stock'), (each) => each.innerText(), 'Only 9 left')
    await page.keyboard.type('1')
    await page.keyboard.press('Tab')
    await see(page.locator('#cart-count'), (each) => each.innerText(), '11')
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByText('There are only 9 of “Striped Oak Cup” left, and you want 11').waitFor()
    await page.getByRole('button', { name: 'One less of Striped Oak Cup' }).click()
    await see(other.locator('#cart-count'), (each) => each.innerText(), '10')
    await page.getByRole('button', { name: 'One less of Striped Oak Cup' }).click()
    await see(other.locator('#cart-count'), (each) => each.innerText(), '9')
    // Both tabs at once: it is one cart, and becomes one order.
    const { promise: bothSent, resolve } = Promise.withResolvers<void>()
    let sent = 0
    await context.route('**/checkout', async (route) => {
      sent++
      if (sent === 2) resolve()
      await bothSent
      await route.continue()
    })
    for (const tab of [page, other]) await tab.getByRole('button', { name: 'Place the order' }).click()
    for (const tab of [page, other]) await tab.getByText('Waiting for payment').waitFor()
    expect(other.url()).toBe(page.url())
    expect(await shop.get('/products/cup')).toMatchObject({ onHand: 0, sold: 10 })
  })

  test('a lost answer and a busy shop: the order is sent again under its key, and placed once', SLOW, async () => {
    await using shop = await PageShop.open()
    await using visit = await visitor(shop)
    const { page } = visit
    await add(page, 'Tin Lantern')
    const busy = JSON.stringify({ status: 503, title: 'Store unavailable', code: 'STORE_UNAVAILABLE' })
    await page.route('**/checkout', (route) => route.fulfill({ status: 503, body: busy }))
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByText('The shop is very busy').waitFor()
    await page.unroute('**/checkout')
    const keys: (string | null)[] = []
    await page.route('**/checkout', async (route) => {
      keys.push(await route.request().headerValue('idempotency-key'))
      if (keys.length > 1) return await route.continue()
      await route.fetch()
      await route.abort()
    })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Waiting for payment').waitFor()
    expect([keys.length, new Set(keys).size]).toEqual([2, 1])
    expect(await shop.get('/products/lantern')).toMatchObject({ sold: 1 })
    expect(await shop.get('/operations')).toMatchObject({ replayed: 1 })
  })

  test('the server is started again: the page goes on where it was', SLOW, async () => {
    await using shop = await PageShop.open()
    await using visit = await visitor(shop)
    const { page } = visit
    await see(card(page, 'Tin Lantern').locator('.stock'), (each) => each.innerText(), '300 in stock')
    await shop.stop()
    await page.getByText('Connection lost').waitFor()
    await shop.withExecutor((executor) => executor.executeOrThrow(orderOf('lantern', 5)))
    await shop.start()
    await see(card(page, 'Tin Lantern').locator('.stock'), (each) => each.innerText(), '295 in stock')
    await add(page, 'Tin Lantern')
    await page.getByText('Tin Lantern is in your cart').waitFor()
  })

  test(
    'the operations view shows commands, conflicts and retries as they happen, until it is stopped',
    SLOW,
    async () => {
      await using shop = await PageShop.open()
      await using visit = await visitor(shop)
      const { page } = visit
      await page.getByRole('link', { name: 'Operations' }).click()
      await page.getByLabel('Product').fill('lantern')
      await page.getByLabel('Orders', { exact: true }).fill('40')
      const tile = (name: string): Locator =>
        page.locator('.tile', { has: page.getByText(name, { exact: true }) }).locator('b')
      await shop.withExecutor(async (executor) => {
        await page.getByRole('button', { name: 'Start the rush' }).click()
        const deadline = performance.now() + LONG.timeout
        while ((await tile('Conflicts').innerText()) === '0' && performance.now() < deadline) {
          await executor.executeOrThrow(orderOf('lantern', 1))
          if (await page.getByText('40 orders:').isVisible())
            await page.getByRole('button', { name: 'Start the rush' }).click()
        }
      })
      expect(Number(await tile('Conflicts').innerText())).toBeGreaterThan(0)
      expect(Number(await tile('Retries').innerText())).toBeGreaterThan(0)
      await page.getByRole('meter', { name: 'stock' }).waitFor()
      await page.getByText('40 orders: ').waitFor()
      await see(page.locator('#recent tr').first(), (each) => each.innerText(), expect.stringContaining('PlaceOrder'))
      await page.getByRole('button', { name: 'Live updates' }).click()
      const before = await tile('Commands').innerText()
      await fetch(`${shop.url}/carts/c/items/cup`, {
        method: 'PUT',
        body: '{"quantity":1}',
        headers: { 'content-type': 'application/json' },
      })
      expect(await tile('Commands').innerText()).toBe(before)
      await page.getByRole('button', { name: 'Live updates' }).click()
      await see(page.locator('#recent tr').first(), (each) => each.innerText(), expect.stringContaining('SetCartItem'))
    },
  )

  test.each(['light', 'dark'] as const)(
    'in %s mode no page breaks a rule of WCAG A or AA, and none is too wide',
    SLOW,
    async (mode) => {
      await using shop = await PageShop.open()
      await using visit = await visitor(shop, { colorScheme: mode, reducedMotion: 'reduce' })
      const { page } = visit
      const look = async (): Promise<void> => {
        expect(await violations(page, mode === 'light' ? ALL_RULES : CONTRAST)).toEqual([])
        await page.setViewportSize({ width: 320, height: 640 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), page.url()).toBe(320)
        await page.setViewportSize({ width: 1_280, height: 800 })
      }
      const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
      expect(Number(/\d+/.exec(paper)?.[0]) > 128).toBe(mode === 'light')
      await add(page, 'Tin Lantern')
      await page.getByText('Tin Lantern is in your cart').waitFor()
      await look()
      await page.getByRole('button', { name: 'Place the order' }).click()
      await page.getByText('Waiting for payment').waitFor()
      await page.getByText('OrderPlaced').click()
      await page.getByLabel('Gift card number').fill('none')
      await page.getByRole('button', { name: 'Pay £19.99' }).click()
      await page.getByText('This is not one of your gift cards').waitFor()
      await look()
      await page.getByRole('button', { name: 'Cancel the order' }).click()
      await look()
      await page.keyboard.press('Escape')
      await page.getByRole('link', { name: 'Your orders' }).click()
      await page.getByRole('link', { name: '…' }).waitFor()
      await look()
      await page.getByRole('link', { name: 'Operations' }).click()
      await page.getByText('PlaceOrder').or(page.getByText('CheckOut')).first().waitFor()
      await look()
    },
  )

  test('without JavaScript one can look around, and is told what cannot be done', SLOW, async () => {
    await using shop = await PageShop.open()
    await using visit = await visitor(shop, { javaScriptEnabled: false })
    const { page } = visit
    await page.locator('noscript p').waitFor()
    expect(await page.getByRole('button', { name: 'Add to cart' }).count()).toBe(0)
    await page.getByLabel('Search products').fill('lantern')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.locator('.card').allInnerTexts()).toEqual([expect.stringContaining('300 in stock')])
  })
}

const orderOf = (product: string, quantity: number) =>
  PlaceOrder({ order: crypto.randomUUID(), customer: 'somebody', lines: [{ product, quantity }] })

const card = (page: Page, name: string): Locator => page.locator('.card', { hasText: name })

const add = (page: Page, name: string): Promise<void> =>
  card(page, name).getByRole('button', { name: 'Add to cart' }).click()

/** Waits until an element is as it should be. */
async function see<Seen>(locator: Locator, look: (locator: Locator) => Promise<Seen>, expected: Seen): Promise<void> {
  await expect.poll(() => look(locator), LONG).toEqual(expected)
}

/** Goes on with the Tab key until the focus is there, and sees where it is all the way. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate(
      "document.activeElement.matches('body') || getComputedStyle(document.activeElement).outlineStyle !== 'none'",
    )
    expect(outline).toBe(true)
    if ((await target.and(page.locator(':focus')).count()) === 1) return
  }
  throw new Error(`The Tab key does not lead to ${String(target)}.`)
}
