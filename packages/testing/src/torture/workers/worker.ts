import type { WorkFigures } from './work.ts'

/** One that works: a process, or within this one. */
export interface Worker {
  readonly slot: number
  /** 0 where there is none of its own. */
  readonly pid: number
  readonly figures: WorkFigures
  readonly running: boolean
  /** What it said when it ended by itself before it was told to; `undefined` when it did not. */
  readonly failure: string | undefined
  /** Resolves when it works, or has ended. */
  ready(): Promise<unknown>
  kill(): Promise<void>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
  moveClock(offsetMs: number): void
  /** No further commands; resolves when those under way have ended. */
  finish(): Promise<void>
  /** Resolves when it has followed everything to the end, and has ended. */
  close(): Promise<void>
}
