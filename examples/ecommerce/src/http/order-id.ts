import { createHash } from 'node:crypto'
import { commandIdOf } from '@eventcore/hono'
import type { Context } from 'hono'
import { OrderId } from '../streams/ids.ts'
import type { ShopContext } from './context.ts'

/**
 * The id of the order that a request places: that of its command, so a request that is sent again means the same order. A key
 * that cannot be an id is hashed.
 */
export function orderIdOf(c: Context, { executor }: ShopContext): string {
  const commandId = commandIdOf(c, executor)
  return OrderId.safeParse(commandId).success
    ? commandId
    : createHash('sha256').update(commandId).digest('hex').slice(0, 32)
}
