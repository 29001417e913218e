import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { SqliteEventStore } from '@eventcore/sqlite'
import { CommandExecutor, EventCoreError } from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'
import { event, sequentialIds, specification } from '../../src/index.ts'
import { Account, OpenAccount, TransferMoney } from '../specification/bank.ts'
import { damage } from './damage.ts'
import { askAll } from './questions.ts'
import { DAMAGED, expectedAnswers } from './raw-rows.ts'
import { type FuzzNotes, type FuzzTarget, shown } from './target.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave']
const COMMAND_IDS = Array.from({ length: 12 }, (_, i) => `transfer-${i}`)

/**
 * Rows of a SQLite file, changed or deleted by hand behind the store's back. Whatever is asked afterwards, the answer is what the
 * rows now say, or an error; where they contradict themselves it is an error.
 */
export const storedRows: FuzzTarget = {
  name: 'stored rows, SQLite',
  share: 0.005,
  async run(cases, random, notes) {
    const folder = mkdtempSync(join(tmpdir(), 'eventcore-rows-'))
    try {
      const base = join(folder, 'base.db')
      await fill(base)
      for (let i = 0; i < cases; i++) await one(base, join(folder, 'case.db'), random, notes)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function fill(path: string): Promise<void> {
  const store = await SqliteEventStore.open(path, { newId: sequentialIds() })
  const { given } = specification({ store, newId: sequentialIds(1_000), now: () => 1_767_225_600_000 })
  await given(...NAMES.map((name) => event(Account(name), 'MoneyDeposited', { amount: 100 })))
    .when(OpenAccount({ account: 'alice', owner: 'Alice' }))
    .outcome()
  const executor = new CommandExecutor(store)
  for (const [i, commandId] of COMMAND_IDS.entries()) {
    const [from = '', to = ''] = [NAMES[i % 4], NAMES[(i * 3 + 1) % 4]]
    const options = { commandId, metadata: { actor: from }, causationId: 'test', correlationId: `c-${i}` }
    await executor.execute(TransferMoney({ from, to, amount: 1 + i }), options)
  }
  await executor.close()
  await store.close()
  const db = new DatabaseSync(path)
  // Immutability is what the triggers are for. Whoever damages a file does not ask them.
  const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`)
  db.close()
}

async function one(base: string, path: string, random: SeededRandom, notes: FuzzNotes): Promise<void> {
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
  copyFileSync(base, path)
  const done = damage(path, random)
  const expected = expectedAnswers(path, NAMES, COMMAND_IDS)
  let refusal: unknown
  try {
    const store = await SqliteEventStore.open(path, { durability: 'normal' })
    try {
      for (const { question, answer, error } of await askAll(store, NAMES, COMMAND_IDS)) {
        const wanted = expected.get(question)
        if (error instanceof EventCoreError) refusal = error
        else if (error !== undefined) return notes.refuse(error, () => `${question}, after ${done}`)
        else if (wanted === DAMAGED) return notes.fail(`silent: ${question} answered ${shown(answer)}`, () => done)
        else if (!isDeepStrictEqual(answer, wanted))
          return notes.fail(`${question} answered ${shown(answer)}\n    and the rows say ${shown(wanted)}`, () => done)
      }
    } finally {
      await store.close()
    }
  } catch (error) {
    return notes.refuse(error, () => done)
  }
  if (refusal === undefined) notes.accept()
  else notes.refuse(refusal, () => done)
}
