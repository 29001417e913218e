import { seededRandom } from './random.ts'

const SEED = 20261123

const CUSTOMERS = 600
const DAY_ROWS = 5_000

/**
 * The sample is a day at a bank, made so that its end is certain although nobody knows in which order things happen: with
 * any order and any number of processes the balances are the same in the end, to the cent.
 *
 * - Customers have, at the beginning, more money than they will spend in the whole day.
 * - Everybody pays the same few shops: five streams that a third of all commands want to write.
 * - A student has 100.00 and pays 15.00 to the same friend 25 times, all at once: 6 of these go through, whichever.
 * - A company has 3 approvals and makes 10 large payments of one amount to one supplier: 3 go through, whichever.
 * - A few transfers are above every limit, or go to accounts that do not exist.
 */
export function sampleFiles(): Readonly<Record<'opening.csv' | 'day.csv', string>> {
  const random = seededRandom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item

  const opening: string[] = []
  const day: string[] = []
  const open = (account: string, name: string, amount: number): void => {
    opening.push(`open-${account},open,${account},${name},${decimal(amount)}`)
  }
  const order = (operation: string, account: string, to: string, amount: number): void => {
    day.push(`${operation},${account},${to},${decimal(amount)}`)
  }

  const shops = ['bakery', 'butcher', 'cinema', 'grocer', 'tailor']
  for (const shop of shops) open(shop, `The ${shop}`, 100_000)
  for (let n = 1; n <= 6; n++) {
    open(`student-${n}`, `Student ${n}`, 10_000)
    open(`friend-${n}`, `Friend ${n}`, 10_000)
    for (let i = 0; i < 25; i++) order('transfer', `student-${n}`, `friend-${n}`, 1_500)
  }
  for (let n = 1; n <= 4; n++) {
    open(`company-${n}`, `Company ${n}`, 10_000_000)
    open(`supplier-${n}`, `Supplier ${n}`, 100_000)
    for (let i = 1; i <= 3; i++) opening.push(`approve-company-${n}-${i},approve,company-${n},Branch office ${i},`)
    for (let i = 0; i < 10; i++) order('transfer', `company-${n}`, `supplier-${n}`, 600_000)
    for (let i = 0; i < 3; i++) order('transfer', `company-${n}`, `supplier-${n}`, 6_000_000)
  }

  const customers = Array.from({ length: CUSTOMERS }, (_, index) => {
    const account = `customer-${index + 1}`
    const deposit = 500_000 + below(1_500_000)
    open(account, `${pick(FIRST_NAMES)} ${pick(LAST_NAMES)}`, deposit)
    return { account, unspent: deposit }
  })
  for (let i = 0; i < 15; i++) order('transfer', pick(customers).account, `closed-${i % 3}`, 100 + below(1_000))
  while (day.length < DAY_ROWS) {
    const customer = pick(customers)
    const amount = 100 + below(40_000)
    const kind = random()
    if (kind < 0.1) {
      order('deposit', customer.account, '', amount)
      continue
    }
    if (amount > customer.unspent) continue
    customer.unspent -= amount
    if (kind < 0.2) order('withdraw', customer.account, '', amount)
    else if (kind < 0.5) order('transfer', customer.account, pick(shops), amount)
    else {
      const other = pick(customers)
      if (other !== customer) order('transfer', customer.account, other.account, amount)
      else customer.unspent += amount
    }
  }
  shuffle(day, below)
  const numbered = day.map((line, index) => `day-${index + 1},${line}`)
  return {
    'opening.csv': `${['id,operation,account,name,amount', ...opening].join('\n')}\n`,
    'day.csv': `${['id,operation,account,to,amount', ...numbered].join('\n')}\n`,
  }
}

const decimal = (minor: number): string => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`

/** Fisher and Yates. */
function shuffle<Item>(items: Item[], below: (limit: number) => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = below(last + 1)
    const item = items[last] as Item
    items[last] = items[other] as Item
    items[other] = item
  }
}

const FIRST_NAMES = ['Ada', 'Alan', 'Barbara', 'Edsger', 'Frances', 'Grace', 'Jim', 'Katherine', 'Leslie', 'Tony']
const LAST_NAMES = ['Adler', 'Berg', 'Costa', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber', 'Horvat', 'Ivanova', 'Jensen']
