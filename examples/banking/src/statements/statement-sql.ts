import type { NewLine } from './statement-line.ts'

/** What readers read. */
const VIEW = 'account_statement'

const tableOf = (version: number): string => `${VIEW}_v${version}`

export const createTable = (version: number): string =>
  `create table if not exists ${tableOf(version)} (account text not null, entry bigint not null, booked_on text not null,
     text text not null, amount bigint not null, balance bigint not null, primary key (account, entry))`

export const dropTable = (version: number): string => `drop table if exists ${tableOf(version)}`

/** The view is all that changes when readers are given another version. */
export const showTable = (version: number): readonly string[] => [
  `drop view if exists ${VIEW}`,
  `create view ${VIEW} as select account, entry, booked_on, text, amount, balance from ${tableOf(version)}`,
]

/** @param parameter how the store writes the parameter with this number */
export const insertLine = (version: number, parameter: (number: number) => string): string => {
  const [account, entry, bookedOn, text, amount, sameAccount, sameAmount] = [1, 2, 3, 4, 5, 6, 7].map(parameter)
  return `insert into ${tableOf(version)} (account, entry, booked_on, text, amount, balance)
    values (${account}, ${entry}, ${bookedOn}, ${text}, ${amount}, coalesce(
      (select balance from ${tableOf(version)} where account = ${sameAccount} order by entry desc limit 1), 0) + ${sameAmount})`
}

export const lineParameters = ({ account, entry, bookedOn, text, amount }: NewLine): (string | number)[] => [
  ...[account, entry, bookedOn, text, amount],
  ...[account, amount],
]

/** @param parameter as above: the account, and how many lines */
export const selectLines = (parameter: (number: number) => string): string =>
  `select entry, booked_on as "bookedOn", text, amount, balance from ${VIEW}
     where account = ${parameter(1)} order by entry desc limit ${parameter(2)}`

export const SELECT_TOTALS = `select s.account, t.entries, s.balance
  from (select account, count(*) as entries, max(entry) as last from ${VIEW} group by account) t
  join ${VIEW} s on s.account = t.account and s.entry = t.last`
