import type { ContractRunner } from '../contract/store-contract.ts'
import { deadLetterTests } from './dead-letter-tests.ts'
import { deliveryTests } from './delivery-tests.ts'
import { inlineTests } from './inline-tests.ts'
import { lifecycleTests } from './lifecycle-tests.ts'
import type { OpenProjections } from './open-projections.ts'
import { outageTests } from './outage-tests.ts'
import { ownershipTests } from './ownership-tests.ts'
import type { ProjectionTest } from './projection-test.ts'
import { reactorTests } from './reactor-tests.ts'
import { rebuildTests } from './rebuild-tests.ts'
import { slowHandlerTests } from './slow-handler-tests.ts'

const TEST_TIMEOUT_MS = 60_000

/**
 * Registers the suite for the projections of one store: what `ProjectionTarget` and `ProjectionRunner` promise together.
 * Every test opens a store of its own. `inline: false` leaves out what is said of projections within appends, for a store that
 * has none.
 */
export function projectionContract<Tx>(
  name: string,
  open: OpenProjections<Tx>,
  { describe, it }: ContractRunner,
  { inline = true }: { readonly inline?: boolean } = {},
): void {
  describe(`projections: ${name}`, () => {
    const tests = inline ? projectionTests : projectionTests.filter((test) => test.inline === undefined)
    for (const test of tests) it(test.name, () => playProjectionTest(test, open), TEST_TIMEOUT_MS)
  })
}

export const projectionTests: readonly ProjectionTest[] = [
  ...deliveryTests,
  ...deadLetterTests,
  ...ownershipTests,
  ...lifecycleTests,
  ...rebuildTests,
  ...reactorTests,
  ...slowHandlerTests,
  ...outageTests,
  ...inlineTests,
]

export async function playProjectionTest<Tx>(test: ProjectionTest, open: OpenProjections<Tx>): Promise<void> {
  const opened = await open(test.inline)
  try {
    await test.run(opened)
  } finally {
    await opened.store.close()
    await opened.cleanup?.()
  }
}
