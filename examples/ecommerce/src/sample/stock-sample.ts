import type { CommandExecutor } from 'eventcore'
import { OpenCampaign } from '../commands/open-campaign.ts'
import { StockProducts } from '../commands/stock-products.ts'
import { sampleCatalogue } from './catalogue.ts'

const PER_DELIVERY = 200

/** Fills an empty shop, so that there is something to buy. Once: several processes may do it at the same time. */
export async function stockSample(executor: CommandExecutor): Promise<void> {
  const all = sampleCatalogue()
  for (let first = 0; first < all.length; first += PER_DELIVERY) {
    const products = all.slice(first, first + PER_DELIVERY)
    await executor.execute(StockProducts({ products }), { commandId: `sample-stock-${first}` })
  }
  const campaign = OpenCampaign({ campaign: 'WELCOME', percent: 10, coupons: 1_000 })
  await executor.execute(campaign, { commandId: 'sample-campaign' })
}
