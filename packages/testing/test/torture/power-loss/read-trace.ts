import { readFileSync } from 'node:fs'

/** One system call that changes or flushes a file, or tells of an acknowledgement. */
export interface SystemCall {
  readonly name: 'pwrite64' | 'write' | 'fsync' | 'fdatasync' | 'ftruncate'
  readonly path: string | undefined
  readonly data: Buffer
  readonly offset: number
  /** Of a flush: how many changes of its file were known when it was entered. */
  readonly entered: number
  /** Seconds since the epoch when it returned. */
  readonly returned: number
}

const TRACED = 'pwrite64,write,fsync,fdatasync,ftruncate'

/** Arguments of strace for a trace that can be read. */
export const TRACE_OPTIONS = ['-f', '-qq', '-y', '-xx', '-s', '1000000', '-ttt', '-T', '-e', `trace=${TRACED}`]

const LINE = /^(?<pid>\d+) +(?<time>[\d.]+) (?<text>.*)$/
const CALL = /^(?<name>\w+)\((?<fd>\d+)(?:<(?<path>[^>]*)>)?(?<rest>.*)$/
const RESUMED = /^<\.\.\. (?<name>\w+) resumed>(?<rest>.*)$/
const RESULT = /= (?<result>-?\d+).*<(?<took>[\d.]+)>$/

/**
 * The calls of a trace in the order in which they returned, as far as they succeeded.
 * @param changesOf how many changes of a file were given out so far
 */
export function* readTrace(path: string, changesOf: (path: string) => number): Generator<SystemCall> {
  const open = new Map<string, { readonly text: string; readonly entered: number }>()
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const { pid = '', time = '', text = '' } = LINE.exec(line)?.groups ?? {}
    const resumed = RESUMED.exec(text)?.groups
    const begun = resumed === undefined ? undefined : open.get(pid)
    const whole = begun === undefined ? text : begun.text + (resumed?.rest ?? '')
    const called = CALL.exec(whole)?.groups
    if (called === undefined) continue
    const file = called.path === undefined ? undefined : decoded(called.path).toString('utf8')
    const entered = begun?.entered ?? (file === undefined ? 0 : changesOf(file))
    if (text.endsWith('<unfinished ...>')) {
      open.set(pid, { text: text.slice(0, -'<unfinished ...>'.length).trimEnd(), entered })
      continue
    }
    const { result, took = '0' } = RESULT.exec(whole)?.groups ?? {}
    if (result === undefined || Number(result) < 0) continue
    // A line that was resumed tells when it went on, any other when it began.
    const returned = Number(time) + (begun === undefined ? Number(took) : 0)
    yield { ...callOf(called.name as SystemCall['name'], called.rest ?? ''), path: file, entered, returned }
  }
}

function callOf(name: SystemCall['name'], rest: string): Pick<SystemCall, 'name' | 'data' | 'offset'> {
  const text = /^, "(?<hex>[^"]*)"/.exec(rest)?.groups?.hex ?? ''
  const numbers = rest.slice(rest.lastIndexOf('"') + 1).match(/\d+/g) ?? []
  const offset = name === 'pwrite64' ? Number(numbers[1]) : name === 'ftruncate' ? Number(numbers[0]) : 0
  return { name, data: decoded(text), offset }
}

const decoded = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex')
