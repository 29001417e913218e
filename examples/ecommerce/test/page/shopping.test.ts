import { expect, test } from 'vitest'
import { add, card, inChromium, orderOf, SLOW, see } from './fixture/visit.ts'

inChromium('the shop', (open) => {
  test('a visitor browses, fills a cart, orders with a double click, pays, and reads what happened', SLOW, async () => {
    await using visit = await open()
    const { page, shop } = visit
    await using second = await visit.another()
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

  test('what cannot be ordered is told in words, and tabs share one cart', SLOW, async () => {
    await using visit = await open()
    const { page, context, shop } = visit
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
})
