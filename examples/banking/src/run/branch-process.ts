// A branch in a process of its own: started by remote-branch.ts, opens the store itself, shares nothing but the database.
import { openBank } from '../bank.ts'
import { messageOf } from '../program-error.ts'
import { type FromBranch, ToBranch } from './branch-messages.ts'
import { noCounts } from './counts.ts'
import { dayRows } from './day-rows.ts'
import { runRows } from './run-rows.ts'

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 100

const tell = (message: FromBranch): void => {
  process.send?.(message)
}

// The head office is gone, perhaps killed: so are we. What was committed stays.
process.once('disconnect', () => process.exit(1))

let begin: () => void = () => {}
const begun = new Promise<void>((resolve) => {
  begin = resolve
})

process.on('message', (received) => {
  const message = ToBranch.parse(received)
  if (message.kind === 'begin') begin()
  else void work(message)
})

async function work({
  store: location,
  concurrency,
  index,
  of,
}: Extract<ToBranch, { kind: 'prepare' }>): Promise<void> {
  const counts = noCounts()
  try {
    const { store, close } = await openBank(location)
    tell({ kind: 'ready' })
    await begun
    const reports = setInterval(() => tell({ kind: 'progress', counts }), REPORT_EVERY)
    try {
      await runRows(dayRows({ index, of }), { store, concurrency, counts })
    } finally {
      clearInterval(reports)
      await close()
    }
    tell({ kind: 'done', counts })
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error) })
  }
}
