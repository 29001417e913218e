import { z } from 'zod'

/** At which versions the visitor saw the stream that is about to change. Checked by the command itself, with all that it reads. */
export const IfMatch = z.union([z.literal('*'), z.array(z.int().nonnegative()).max(20).readonly()]).optional()
