import assert from 'node:assert/strict'
import type { ContractRunner } from '../contract/store-contract.ts'
import type { OpenProjections } from './open-projections.ts'
import { type PoisonLoad, poisonLoad } from './poison-load.ts'

export interface PoisonContractOptions extends PoisonLoad {
  /** For the runner. */
  readonly timeoutMs: number
  /** Is told what was found. */
  readonly report?: (line: string) => void
}

/** Registers what must hold while some events of a load are poisoned, and when their handlers are mended. */
export function poisonContract<Tx>(
  name: string,
  open: OpenProjections<Tx>,
  { timeoutMs, report = () => undefined, ...load }: PoisonContractOptions,
  { describe, it }: ContractRunner,
): void {
  const poisoned = load.always + load.sometimes + load.late
  describe(`poisoned events: ${name}`, () => {
    it(
      `in ${poisoned} of ${load.streams} streams: all others flow, each is tried as often as the policy says, and what is parked is complete and can be replayed`,
      async () => {
        const opened = await open()
        try {
          const found = await poisonLoad(opened, load)
          const about = `${name}, seed ${load.seed}: ${JSON.stringify(found)}`
          report(about)
          assert.equal(found.others, found.events, about)
          assert.ok(found.rightBefore && found.rightAfter, about)
          assert.equal(found.wrongLetters, 0, about)
          assert.equal(found.letters.failed, load.always + load.late, about)
          assert.equal(found.replayed, found.letters.failed + found.letters.waiting, about)
          assert.equal(found.failedRunsInPeace, 0, about)
          // Three times alone; before that within batches, halved until it stood alone.
          const { always, sometimes, late } = found.mostRuns
          assert.ok(always >= 3 && always <= 3 + HALVINGS && late >= 3 && late <= 3 + HALVINGS, about)
          assert.ok(sometimes >= 3, about)
        } finally {
          await opened.store.close()
          await opened.cleanup?.()
        }
      },
      timeoutMs,
    )
  })
}

/** Of a batch of 1,000. */
const HALVINGS = 10
