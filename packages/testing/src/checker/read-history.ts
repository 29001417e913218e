import { closeSync, openSync, readSync } from 'node:fs'
import type { History, HistoryLine } from './history.ts'
import { HistoryBuilder } from './history-builder.ts'
import { MalformedHistory } from './malformed-history.ts'

const BLOCK_BYTES = 1 << 20

/** Far more than a line of a bulk command of 5,000 events; a file without line ends is refused, not loaded. */
const LINE_LIMIT_BYTES = 64 << 20

/**
 * Reads the files that the recorders of one run wrote. A torn last line, as a killed process leaves it, is dropped; calls
 * that were never completed become `info`.
 * @throws MalformedHistory (`MALFORMED_HISTORY`)
 */
export function readHistory(...paths: readonly string[]): History {
  const histories = paths.map(readOne)
  return {
    calls: histories.flatMap((history) => history.calls),
    subscribers: histories.flatMap((history) => history.subscribers),
    projections: histories.flatMap((history) => history.projections),
  }
}

function readOne(path: string): History {
  const builder = new HistoryBuilder()
  let number = 0
  for (const text of completeLines(path)) {
    number++
    const mistake = builder.add(parseLine(path, number, text))
    if (mistake !== undefined) throw new MalformedHistory(path, number, mistake)
  }
  return builder.build()
}

function parseLine(path: string, number: number, text: string): HistoryLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MalformedHistory(path, number, 'it is not JSON', { cause })
  }
  const reason = whyNotALine(value)
  if (reason !== undefined) throw new MalformedHistory(path, number, reason)
  // Checked just now, as far as the checker relies on it.
  return value as HistoryLine
}

type FieldTest = (value: unknown) => boolean

const isText: FieldTest = (value) => typeof value === 'string'
const isTime: FieldTest = (value) => typeof value === 'number' && Number.isFinite(value)
const isCall: FieldTest = (value) => Number.isSafeInteger(value)
const isReads: FieldTest = (value) =>
  value === undefined || listOf(value, { stream: isText, version: (v) => Number.isSafeInteger(v) && Number(v) >= 0 })
const isWrites: FieldTest = (value) => value === undefined || listOf(value, { stream: isText, eventId: isText })

const LINES: Readonly<Record<HistoryLine['type'], Readonly<Record<string, FieldTest>>>> = {
  invoke: { call: isCall, commandId: isText, process: isText, at: isTime },
  send: { call: isCall, reads: isReads, writes: isWrites },
  complete: {
    call: isCall,
    at: isTime,
    status: (value) => value === 'ok' || value === 'fail' || value === 'info',
    reads: isReads,
    writes: isWrites,
  },
  subscribe: { subscriber: isText },
  deliver: { subscriber: isText, eventId: isText },
  projection: { name: isText, upTo: (value) => value === null || isText(value), checksum: isText },
}

function whyNotALine(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object'
  const type = 'type' in value ? value.type : undefined
  if (typeof type !== 'string' || !Object.hasOwn(LINES, type)) return `its type is ${JSON.stringify(type)}`
  const wrong = wrongField(value, LINES[type as HistoryLine['type']])
  return wrong === undefined ? undefined : `its field "${wrong}" is missing or wrong`
}

function listOf(value: unknown, fields: Readonly<Record<string, FieldTest>>): boolean {
  if (!Array.isArray(value)) return false
  return value.every((item) => typeof item === 'object' && item !== null && wrongField(item, fields) === undefined)
}

function wrongField(value: object, fields: Readonly<Record<string, FieldTest>>): string | undefined {
  for (const [name, test] of Object.entries(fields)) {
    if (!test((value as Readonly<Record<string, unknown>>)[name])) return name
  }
  return undefined
}

/** Line by line, one block in memory; what follows the last line end is left out. */
function* completeLines(path: string): Generator<string> {
  const file = openSync(path, 'r')
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES)
    let pending: Buffer[] = []
    let pendingBytes = 0
    for (;;) {
      const length = readSync(file, block, 0, BLOCK_BYTES, null)
      if (length === 0) return
      let start = 0
      for (let end = block.indexOf(10); end !== -1 && end < length; end = block.indexOf(10, start)) {
        const tail = block.subarray(start, end)
        yield pending.length === 0 ? tail.toString('utf8') : Buffer.concat([...pending, tail]).toString('utf8')
        pending = []
        pendingBytes = 0
        start = end + 1
      }
      if (start < length) {
        pending.push(Buffer.from(block.subarray(start, length)))
        pendingBytes += length - start
        if (pendingBytes > LINE_LIMIT_BYTES) {
          throw new RangeError(`${path} has a line of more than ${LINE_LIMIT_BYTES} bytes; it is no history.`)
        }
      }
    }
  } finally {
    closeSync(file)
  }
}
