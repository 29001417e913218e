import type { StoreLocation } from '../targets/store-location.ts'
import type { WorkFigures, WorkOrder } from './work.ts'

export type ToWorker =
  | { readonly type: 'work'; readonly order: WorkOrder; readonly location: StoreLocation }
  /** Moves its clock. */
  | { readonly type: 'clock'; readonly offsetMs: number }
  | { readonly type: 'finish' }
  | { readonly type: 'close' }

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'idle' }
  | { readonly type: 'figures'; readonly figures: WorkFigures }
