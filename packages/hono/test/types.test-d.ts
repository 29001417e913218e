import { rejected } from '@eventcore/hono'
import type { OutcomeOf } from 'eventcore'
import { expectTypeOf, test } from 'vitest'
import type { Count } from './fixture/counter-app.ts'

declare const outcome: Extract<OutcomeOf<typeof Count>, { status: 'rejected' }>

test('every rejection has a status', () => {
  rejected(outcome, { BelowZero: 409, Unlucky: 418, PreconditionFailed: 412 })
  // @ts-expect-error one is forgotten
  rejected(outcome, { BelowZero: 409, PreconditionFailed: 412 })
  // @ts-expect-error a status that no answer with content has
  rejected(outcome, { BelowZero: 409, Unlucky: 204, PreconditionFailed: 412 })
  expectTypeOf(outcome.code).toEqualTypeOf<'BelowZero' | 'Unlucky' | 'PreconditionFailed'>()
})
