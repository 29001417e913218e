import { type ProjectingStore, ProjectionRunner, type RunnerOptions } from 'eventcore'
import { boughtTogether } from '../read-models/bought-together.ts'
import { catalogue } from '../read-models/catalogue.ts'
import { customerOrders } from '../read-models/customer-orders.ts'
import { deadlines } from '../read-models/deadlines.ts'
import { revenue } from '../read-models/revenue.ts'
import type { Sql } from '../read-models/sql.ts'
import type { Runner } from './shop-store.ts'

/** What keeps each read model. In several processes one of them works, and the others stand by. */
export interface ReadModels {
  readonly catalogue: Runner
  readonly customerOrders: Runner
  readonly revenue: Runner
  readonly boughtTogether: Runner
  readonly deadlines: Runner
}

export function readModelsOf<Tx>(store: ProjectingStore<Tx>, sql: Sql<Tx>, options?: RunnerOptions): ReadModels {
  return {
    catalogue: new ProjectionRunner(store, catalogue(sql), options),
    customerOrders: new ProjectionRunner(store, customerOrders(sql), options),
    revenue: new ProjectionRunner(store, revenue(sql), options),
    boughtTogether: new ProjectionRunner(store, boughtTogether(sql), options),
    deadlines: new ProjectionRunner(store, deadlines(sql), options),
  }
}
