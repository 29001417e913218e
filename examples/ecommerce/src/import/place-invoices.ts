import type { AnyRejection, Command, CommandExecutor, Outcome, Position, RetryInfo } from 'eventcore'
import { CreditGoods } from '../commands/credit-goods.ts'
import { PlaceOrder } from '../commands/place-order.ts'
import { StockProducts } from '../commands/stock-products.ts'
import { Problem } from '../problem.ts'
import { CommandTimes } from './command-times.ts'
import { inParallel } from './in-parallel.ts'
import type { ImportedProduct, Invoice } from './invoice.ts'

/** Products in one delivery: two streams each. */
const PER_DELIVERY = 200
/** How often a command is sent again whose outcome is not known. */
const TIMES = 5

/** What became of the commands. Counted up while it runs. */
export class ImportCounts {
  orders = 0
  returns = 0
  committed = 0
  alreadyCommitted = 0
  conflicts = 0
  retries = 0
  /** Where the last event stands: who has read up to there has seen all of it. */
  position: Position | undefined
  readonly times = new CommandTimes()

  retried = ({ reason }: RetryInfo): void => {
    this.retries++
    if (reason === 'conflict') this.conflicts++
  }
}

/** Fills the shelves with what a source of invoices is going to sell. Once, however often it is done under the same name. */
export async function stockUp(
  executor: CommandExecutor,
  name: string,
  products: ReadonlyMap<string, ImportedProduct>,
): Promise<void> {
  const all = Array.from(products, ([product, { name: title, price, quantity }]) => ({
    product,
    name: title,
    price,
    quantity: quantity === 0 ? undefined : quantity,
  }))
  for (let first = 0; first < all.length; first += PER_DELIVERY) {
    const command = StockProducts({ products: all.slice(first, first + PER_DELIVERY) })
    await untilKnown(executor, command, `import/stock/${name}/${first}`)
  }
}

/** Places each invoice as one order, and takes back what came back: many at once, each once. */
export async function placeInvoices(
  executor: CommandExecutor,
  invoices: AsyncIterable<Invoice> | Iterable<Invoice>,
  atOnce: number,
  counts: ImportCounts,
): Promise<void> {
  await inParallel(invoices, atOnce, async (invoice) => {
    const { number: order, customer, at, sold, returned } = invoice
    if (sold.length > 0) {
      counts.orders++
      const command = PlaceOrder({ order, customer, placedAt: at, lines: [...sold] })
      await timed(executor, command, `import/order/${order}`, invoice, counts)
    }
    if (returned.length > 0) {
      counts.returns++
      const command = CreditGoods({ id: order, customer, creditedAt: at, lines: [...returned] })
      await timed(executor, command, `import/return/${order}`, invoice, counts)
    }
  })
}

async function timed(
  executor: CommandExecutor,
  command: Command<string, AnyRejection>,
  commandId: string,
  { number, line }: Invoice,
  counts: ImportCounts,
): Promise<void> {
  const begun = performance.now()
  const outcome = await untilKnown(executor, command, commandId)
  if (outcome.status === 'rejected') {
    const detail = outcome.detail === undefined ? '' : ` ${JSON.stringify(outcome.detail)}`
    throw new Problem('ORDER_REFUSED', `Invoice ${number} (line ${line}) was refused: ${outcome.code}${detail}.`)
  }
  const { position } = outcome
  const { store } = executor
  if (
    position !== undefined &&
    (counts.position === undefined || store.comparePositions(counts.position, position) < 0)
  )
    counts.position = position
  if (outcome.alreadyCommitted) {
    counts.alreadyCommitted++
    return
  }
  counts.committed++
  counts.times.add(outcome.streams.length, performance.now() - begun)
}

/** Under the same id it is safe to ask again until it is known what became of it. */
async function untilKnown(
  executor: CommandExecutor,
  command: Command<string, AnyRejection>,
  commandId: string,
): Promise<Outcome<AnyRejection>> {
  for (let time = 1; ; time++) {
    try {
      return await executor.execute(command, { commandId })
    } catch (error) {
      const unknown = error instanceof Error && 'code' in error && error.code === 'COMMIT_OUTCOME_UNKNOWN'
      if (!unknown || time === TIMES) throw error
    }
  }
}
