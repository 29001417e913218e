import { defineStream, unchecked } from 'eventcore'
import { expect, test } from 'vitest'

const named = (type: string) =>
  defineStream('thing', { events: { [type]: unchecked<null>() }, initial: () => 0, apply: { [type]: () => 0 } })

// SQLite would keep half of a surrogate pair as U+FFFD, and PostgreSQL has no U+0000.
test.each(['', 'a\0', '\ud83d', '\ude00a', 'x'.repeat(256)])('the event name %j is refused', (type) => {
  expect(() => named(type)).toThrow(
    `${JSON.stringify(type)} cannot name an event of stream "thing": 1 to 255 well-formed characters without U+0000 are expected.`,
  )
})

test.each(['Noted', 'a b', '😀', '__proto__', "'; DROP TABLE events; --", 'x'.repeat(255)])(
  '%j names an event',
  (type) => {
    expect(Object.keys(named(type).events)).toEqual([type])
  },
)
