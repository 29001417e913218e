import { asPosition } from 'eventcore'
import { z } from 'zod'

const Count = z.int().nonnegative()

const CountsMessage = z.object({
  rows: Count,
  committed: Count,
  alreadyCommitted: Count,
  rejected: z.record(z.string(), Count),
  conflicts: Count,
  retries: Count,
  conflictsByStream: z.record(z.string(), Count),
  position: z.string().transform(asPosition).nullable(),
})

/** What the head office tells a branch in another process. */
export const ToBranch = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('prepare'),
    store: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('sqlite'), path: z.string() }),
      z.object({ kind: z.literal('postgres'), url: z.string() }),
    ]),
    concurrency: Count,
    /** Of the rows of the day, those whose number modulo `of` is `index`. */
    index: Count,
    of: Count,
  }),
  z.object({ kind: z.literal('begin') }),
])
export type ToBranch = z.infer<typeof ToBranch>

/** What a branch reports. */
export const FromBranch = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('progress'), counts: CountsMessage }),
  z.object({ kind: z.literal('done'), counts: CountsMessage }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
])
export type FromBranch = z.infer<typeof FromBranch>
