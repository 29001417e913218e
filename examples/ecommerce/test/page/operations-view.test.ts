import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { inChromium, orderOf, SLOW, see } from './fixture/visit.ts'

inChromium('the operations view', (open) => {
  test(
    'the operations view shows commands, conflicts and retries as they happen, until it is stopped',
    SLOW,
    async () => {
      await using visit = await open()
      const { page, shop } = visit
      await page.getByRole('link', { name: 'Operations' }).click()
      await page.getByLabel('Product').fill('lantern')
      await page.getByLabel('Orders', { exact: true }).fill('40')
      const tile = (name: string): Locator =>
        page.locator('.tile', { has: page.getByText(name, { exact: true }) }).locator('b')
      await shop.withExecutor(async (executor) => {
        await page.getByRole('button', { name: 'Start the rush' }).click()
        const deadline = performance.now() + 30_000
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
})
