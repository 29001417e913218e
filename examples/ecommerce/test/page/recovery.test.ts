import { expect, test } from 'vitest'
import { add, card, inChromium, orderOf, SLOW, see } from './fixture/visit.ts'

inChromium('what goes wrong and comes back', (open) => {
  test('a lost answer and a busy shop: the order is sent again under its key, and placed once', SLOW, async () => {
    await using visit = await open()
    const { page, shop } = visit
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
    await using visit = await open()
    const { page, shop } = visit
    await see(card(page, 'Tin Lantern').locator('.stock'), (each) => each.innerText(), '300 in stock')
    await shop.stop()
    await page.getByText('Connection lost').waitFor()
    await shop.withExecutor((executor) => executor.executeOrThrow(orderOf('lantern', 5)))
    await shop.start()
    await see(card(page, 'Tin Lantern').locator('.stock'), (each) => each.innerText(), '295 in stock')
    await add(page, 'Tin Lantern')
    await page.getByText('Tin Lantern is in your cart').waitFor()
  })
})
