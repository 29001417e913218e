import fc from 'fast-check'

export type Shape = 'sync' | 'async' | 'generator'

export interface Want {
  /** Number of the stream: even ones are cells, odd ones pots. */
  readonly stream: number
  readonly mode: 'read-write' | 'read-only'
  readonly view: boolean
}

/** What one command does: its input, and all that its behaviour depends on beside the states that it sees. */
export interface Script {
  readonly serial: number
  readonly shape: Shape
  readonly task: 'mixed' | 'transfer'
  readonly declared: readonly Want[]
  /** Numbers of streams, declared together. */
  readonly many: readonly number[]
  readonly discover: boolean
  readonly timeline: boolean
  /** Rounds of reading at run time, each of so many streams. */
  readonly rounds: readonly number[]
  /** Chances in percent. */
  readonly rejects: number
  readonly empties: number
  readonly throws: number
}

export interface Call {
  readonly script: Script
  /** Steps after the call before it. */
  readonly after: number
  readonly executor: number
  /** Of an earlier call: its command id again, with the same script or with this one. */
  readonly repeats: { readonly call: number; readonly sameInput: boolean } | undefined
  readonly timeoutMs: number | undefined
  readonly abortAfter: number | undefined
}

export interface Scenario {
  readonly seed: number
  readonly streams: number
  readonly executors: number
  readonly lanes: number
  readonly maxBatch: number
  readonly cachedStreams: number
  /** Percent of store calls that go wrong somehow. */
  readonly faults: number
  readonly calls: readonly Call[]
}

const want = fc.record<Want>({
  stream: fc.nat(50),
  mode: fc.constantFrom('read-write', 'read-write', 'read-only'),
  view: fc.boolean(),
})

const script = fc.record<Script>({
  serial: fc.nat(1_000_000),
  shape: fc.constantFrom('sync', 'async', 'generator'),
  task: fc.constantFrom('mixed', 'mixed', 'transfer'),
  declared: fc.array(want, { maxLength: 3 }),
  many: fc.array(fc.nat(50), { maxLength: 3 }),
  discover: fc.constantFrom(false, false, true),
  timeline: fc.constantFrom(false, false, false, true),
  rounds: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
  rejects: fc.constantFrom(0, 10, 40),
  empties: fc.constantFrom(0, 10, 40),
  throws: fc.constantFrom(0, 0, 20),
})

/** Present in one of so many. */
const rarely = <T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const call = fc.record<Call>({
  script,
  after: fc.constantFrom(0, 0, 0, 1, 5, 20),
  executor: fc.nat(2),
  repeats: rarely(6, fc.record({ call: fc.nat(60), sameInput: fc.boolean() })),
  timeoutMs: rarely(12, fc.integer({ min: 1, max: 60 })),
  abortAfter: rarely(12, fc.nat(30)),
})

export const scenarios = (faults: fc.Arbitrary<number>): fc.Arbitrary<Scenario> =>
  fc.record<Scenario>({
    seed: fc.nat(),
    streams: fc.integer({ min: 1, max: 6 }),
    executors: fc.integer({ min: 1, max: 3 }),
    lanes: fc.constantFrom(1, 2, 4),
    maxBatch: fc.constantFrom(1, 2, 256),
    cachedStreams: fc.constantFrom(0, 1, 1_000),
    faults,
    calls: fc.array(call, { minLength: 1, maxLength: 40, size: 'max' }),
  })
