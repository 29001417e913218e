import { expect, test } from 'vitest'
import { canFailCalls, failEachCall } from './fail-each-call.ts'

if (canFailCalls()) {
  // Every call in turn, in all forms: fail-each-call.slow.test.ts.
  test('a write or flush that fails, some of them in turn, costs an error and nothing that was acknowledged', {
    timeout: 120_000,
  }, async () => {
    const report = await failEachCall({ error: 'EIO', from: false, appends: 2, step: 25 })
    expect(report).toMatchObject({ lost: 0, unwanted: 0, crashes: [], damaged: 0, givenUp: 0 })
    expect(report.swept).toBeGreaterThan(1)
  })
}
