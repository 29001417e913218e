import { expect, test } from 'vitest'
import { ALL_RULES, CONTRAST, violations } from './fixture/chromium.ts'
import { add, card, inChromium, SLOW, see, tabTo } from './fixture/visit.ts'

inChromium("everybody's shop", (open) => {
  test('with the keyboard alone: add, order, pay', SLOW, async () => {
    await using visit = await open()
    const { page, shop } = visit
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

  test.each(['light', 'dark'] as const)(
    'in %s mode no page breaks a rule of WCAG A or AA, and none is too wide',
    SLOW,
    async (mode) => {
      await using visit = await open({ colorScheme: mode, reducedMotion: 'reduce' })
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
    await using visit = await open({ javaScriptEnabled: false })
    const { page } = visit
    await page.locator('noscript p').waitFor()
    expect(await page.getByRole('button', { name: 'Add to cart' }).count()).toBe(0)
    await page.getByLabel('Search products').fill('lantern')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.locator('.card').allInnerTexts()).toEqual([expect.stringContaining('300 in stock')])
  })
})
