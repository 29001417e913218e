import { operations, recentCommands } from '../views/operations.js'
import { ShopProblem, send } from './api.js'
import { byId, localTimes, show, whileBusy } from './dom.js'
import { listen } from './live.js'
import { sayProblem } from './say.js'
import { newId } from './visitor.js'

/** @import { OperationsSummary } from '../../http/operations-log.ts' */

const figures = byId('operations', HTMLElement)
const recent = byId('recent', HTMLElement)
const form = byId('rush', HTMLFormElement)
const result = byId('rush-result', HTMLElement)

/** A browser has six connections to a server, and one of them is listening. */
const AT_ONCE = 5

listen({
  url: '/live/operations',
  on: {
    operations: (data) => {
      const summary = /** @type {OperationsSummary} */ (data)
      show(figures, operations(summary))
      show(recent, recentCommands(summary.recent).join(''))
    },
  },
})
localTimes(document.body)

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  if (button !== null) whileBusy(button, rush).catch((error) => sayProblem(error, () => form.requestSubmit()))
})

async function rush() {
  const data = new FormData(form)
  const product = String(data.get('product')).trim()
  const wanted = Number(data.get('orders'))
  /** @type {Map<string, number>} */
  const ends = new Map()
  let sent = 0
  const customer = async () => {
    while (sent < wanted) {
      sent++
      const end = await orderOne(product)
      ends.set(end, (ends.get(end) ?? 0) + 1)
    }
  }
  result.textContent = `${wanted} orders are on their way …`
  await Promise.all(Array.from({ length: AT_ONCE }, customer))
  result.textContent = `${wanted} orders: ${Array.from(ends, ([end, number]) => `${number} ${end}`).join(', ')}.`
}

/**
 * @param {string} product
 * @returns {Promise<string>} how it ended
 */
async function orderOne(product) {
  try {
    await send('POST', '/orders', { body: { customer: 'rush', lines: [{ product, quantity: 1 }] }, key: newId() })
    return 'committed'
  } catch (error) {
    if (error instanceof ShopProblem && error.status !== 0) return error.code
    throw error
  }
}
