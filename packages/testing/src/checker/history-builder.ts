import type {
  CommandCall,
  History,
  HistoryLine,
  ProjectionObservation,
  SentAttempt,
  SubscriberHistory,
} from './history.ts'

type InvokeLine = Extract<HistoryLine, { type: 'invoke' }>
type CompleteLine = Extract<HistoryLine, { type: 'complete' }>

interface OpenCall {
  readonly invoke: InvokeLine
  sent: SentAttempt[]
}

/** Puts the lines of one file together. Calls that were never completed become `info`: their client died. */
export class HistoryBuilder {
  readonly #open = new Map<number, OpenCall>()
  readonly #calls: CommandCall[] = []
  readonly #subscribers = new Map<string, string[][]>()
  readonly #projections: ProjectionObservation[] = []

  /** Answers what is wrong with the line, `undefined` when it was taken. */
  add(line: HistoryLine): string | undefined {
    switch (line.type) {
      case 'invoke':
        if (this.#open.has(line.call)) return `call ${line.call} is invoked twice`
        this.#open.set(line.call, { invoke: line, sent: [] })
        return undefined
      case 'send': {
        const call = this.#open.get(line.call)
        if (call === undefined) return `call ${line.call} sends without having been invoked`
        call.sent.push({ reads: line.reads, writes: line.writes })
        return undefined
      }
      case 'complete': {
        const call = this.#open.get(line.call)
        if (call === undefined) return `call ${line.call} completes without having been invoked`
        if (line.at < call.invoke.at) return `call ${line.call} completes before it was invoked`
        this.#open.delete(line.call)
        this.#calls.push(completed(call, line))
        return undefined
      }
      case 'subscribe':
        this.#sessions(line.subscriber).push([])
        return undefined
      case 'deliver': {
        const session = this.#sessions(line.subscriber).at(-1)
        if (session === undefined) return `"${line.subscriber}" is given an event without having been started`
        session.push(line.eventId)
        return undefined
      }
      case 'projection':
        this.#projections.push({ name: line.name, upTo: line.upTo, checksum: line.checksum })
        return undefined
      default:
        return 'it is of no known type'
    }
  }

  /** May be called in between: the lines so far, with what is under way as `info`. */
  build(): History {
    const subscribers: SubscriberHistory[] = []
    for (const [name, sessions] of this.#subscribers) {
      subscribers.push({ name, sessions: sessions.map((session) => [...session]) })
    }
    return {
      calls: [...this.#calls, ...Array.from(this.#open.values(), abandoned)],
      subscribers,
      projections: [...this.#projections],
    }
  }

  #sessions(subscriber: string): string[][] {
    let sessions = this.#subscribers.get(subscriber)
    if (sessions === undefined) {
      sessions = []
      this.#subscribers.set(subscriber, sessions)
    }
    return sessions
  }
}

const NONE: readonly never[] = []

function completed({ invoke, sent }: OpenCall, line: CompleteLine): CommandCall {
  return {
    commandId: invoke.commandId,
    process: invoke.process,
    invokedAt: invoke.at,
    completedAt: line.at,
    status: line.status,
    reads: line.reads ?? NONE,
    writes: line.writes ?? NONE,
    // What a call that knows its outcome sent on the way no longer matters, and would be most of the memory.
    sent: line.status === 'info' && sent.length > 0 ? sent : NONE,
    attempts: line.attempts,
    errorCode: line.errorCode,
  }
}

function abandoned({ invoke, sent }: OpenCall): CommandCall {
  const { commandId, process, at } = invoke
  return { commandId, process, invokedAt: at, status: 'info', reads: NONE, writes: NONE, sent }
}
