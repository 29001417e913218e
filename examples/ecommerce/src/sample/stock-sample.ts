import type { CommandExecutor, Position } from 'eventcore'
import { OpenCampaign } from '../commands/open-campaign.ts'
import { StockProducts } from '../commands/stock-products.ts'
import { sampleCatalogue } from './catalogue.ts'

const PER_DELIVERY = 200

/**
 * Fills an empty shop, so that there is something to buy. Once: several processes may do it at the same time.
 * @returns where the last of it stands in the log
 */
export async function stockSample(executor: CommandExecutor): Promise<Position | undefined> {
  const all = sampleCatalogue()
  let last: Position | undefined
  for (let first = 0; first < all.length; first += PER_DELIVERY) {
    const products = all.slice(first, first + PER_DELIVERY)
    const outcome = await executor.execute(StockProducts({ products }), { commandId: `sample/stock/${first}` })
    last = outcome.position
  }
  const campaign = OpenCampaign({ campaign: 'WELCOME', percent: 10, coupons: 1_000 })
  await executor.execute(campaign, { commandId: 'sample/campaign' })
  return last
}
