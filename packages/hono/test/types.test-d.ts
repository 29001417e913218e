import { execute, rejected } from '@eventcore/hono'
import type { Command, CommandExecutor, Outcome, OutcomeOf, Rejection } from 'eventcore'
import type { Context } from 'hono'
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

declare const c: Context
declare const executor: CommandExecutor
type Empty = Rejection<'Empty', undefined>
type Late = Rejection<'Late', { hours: number }>
declare const oneOfTwo: Command<'Fill', Empty> | Command<'Deliver', Late>

test('one of several commands has the rejections of them all', () => {
  expectTypeOf(execute(c, executor, oneOfTwo)).resolves.toEqualTypeOf<Outcome<Empty | Late>>()
})
