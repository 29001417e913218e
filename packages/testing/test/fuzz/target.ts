import { EventCoreError } from 'eventcore'
import type { SeededRandom } from '../../src/checker/index.ts'

/** Something that is fed with nonsense. */
export interface FuzzTarget {
  readonly name: string
  /** Of all cases. The shares of all targets are 1 together. */
  readonly share: number
  /** Runs so many cases, and notes each. */
  run(cases: number, random: SeededRandom, notes: FuzzNotes): Promise<void>
}

/** How many failures of one target are kept. */
const KEPT = 20

/** What came of the cases of one target. */
export class FuzzNotes {
  cases = 0
  /** Came back exactly as it went. */
  accepted = 0
  /** Refused with a typed error, by its code. */
  readonly refused = new Map<string, number>()
  failed = 0
  readonly failures: string[] = []

  accept(): void {
    this.cases++
    this.accepted++
  }

  /** Refused, as it should be, if the error is one of the library's. */
  refuse(error: unknown, what: () => string): void {
    if (error instanceof EventCoreError) {
      this.cases++
      this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1)
    } else
      this.fail(
        `crash: ${error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)}`,
        what,
      )
  }

  fail(how: string, what: () => string): void {
    this.cases++
    this.failed++
    if (this.failures.length < KEPT) this.failures.push(`${how}\n    ${what()}`)
  }

  /** A case that ends in one of the two ways. */
  check(holds: boolean, how: string, what: () => string): void {
    if (holds) this.accept()
    else this.fail(how, what)
  }
}

/** A value for a person, whatever it is. */
export function shown(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? String(value)
    ).slice(0, 500)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
