import { expect, test } from 'vitest'
import { canFailCalls, failEachCall } from './fail-each-call.ts'

if (canFailCalls()) {
  test.each([
    { error: 'EIO', from: false },
    { error: 'EIO', from: true },
    { error: 'ENOSPC', from: false },
    { error: 'ENOSPC', from: true },
  ] as const)(
    'each write and flush in turn fails with $error, and all after it: $from',
    {
      timeout: 3_600_000,
    },
    async (fault) => {
      const report = await failEachCall({ ...fault, appends: 3, step: 1 })
      process.stdout.write(`sqlite, ${JSON.stringify({ ...fault, ...report })}\n`)
      expect(report).toMatchObject({ lost: 0, unwanted: 0, crashes: [], damaged: 0, givenUp: 0 })
      expect(report.swept).toBeGreaterThan(30)
    },
  )
}
