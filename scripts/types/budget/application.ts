import type { ProjectFiles } from '../user-project.ts'

/** How large the program is whose type check is measured. */
export interface ProgramSize {
  readonly streams: number
  readonly eventsPerStream: number
  readonly commands: number
}

/** The size that the budget is stated for: a large application, in one program. */
export const BUDGETED_SIZE: ProgramSize = { streams: 100, eventsPerStream: 20, commands: 200 }

/** An application of the given size, with Zod: a file for each stream, and for each command and its caller. */
export function applicationFiles(size: ProgramSize): ProjectFiles {
  const files = new Map<string, string>()
  for (let i = 0; i < size.streams; i++) files.set(`stream-${i}.ts`, streamFile(i, size.eventsPerStream))
  for (let i = 0; i < size.commands; i++) files.set(`command-${i}.ts`, commandFile(i, size))
  return files
}

/** The schemas of the same application and nothing of EventCore: what they cost by themselves. */
export function schemaFiles(size: ProgramSize): ProjectFiles {
  const files = new Map<string, string>()
  const file = (schemas: readonly (readonly [name: string, schema: string])[]): string => {
    const lines = schemas.map(
      ([name, schema]) => `export const ${name} = ${schema}\nexport type ${name} = z.infer<typeof ${name}>`,
    )
    return [`import { z } from 'zod'`, ...lines, ''].join('\n')
  }
  for (let i = 0; i < size.streams; i++)
    files.set(`stream-${i}.ts`, file(times(size.eventsPerStream, (event) => [`Event${event}`, payload(i, event)])))
  for (let i = 0; i < size.commands; i++) files.set(`command-${i}.ts`, file([['Input', INPUT]]))
  return files
}

/** Payloads of the shapes that events have. Each field has a name of its own, so that no two payloads are one type. */
const SHAPES = [
  (field: string) => `z.object({ ${field}: z.string() })`,
  (field: string) => `z.object({ ${field}: z.string(), amount: z.int().positive() })`,
  (field: string) => `z.object({ ${field}: z.string(), at: z.iso.datetime(), by: z.string().optional() })`,
  (field: string) => `z.object({ ${field}: z.enum(['low', 'middle', 'high']), tags: z.array(z.string()) })`,
  (field: string) => `z.object({ ${field}: z.object({ street: z.string(), city: z.string(), country: z.string() }) })`,
  (field: string) =>
    `z.object({ ${field}: z.array(z.object({ sku: z.string(), quantity: z.int() })), note: z.string().nullable() })`,
  (field: string) => `z.object({ ${field}: z.number().default(0), kind: z.union([z.literal('a'), z.literal('b')]) })`,
  () => 'z.object({})',
] as const

const payload = (stream: number, event: number): string => {
  const shape = SHAPES[event % SHAPES.length] as (typeof SHAPES)[number]
  return shape(`field${stream * 100 + event}`)
}

/** What the steps of the shapes above do with a payload. The others do not look at theirs. */
const STEPS = new Map([
  [1, '(state, { amount }) => ({ ...state, balance: state.balance + amount })'],
  [3, '(state, { tags }) => ({ ...state, tags: [...state.tags, ...tags] })'],
  [5, '(state, { note }) => ({ ...state, note })'],
])

function streamFile(stream: number, events: number): string {
  return `import { defineStream } from 'eventcore'
import { z } from 'zod'

interface State {
  status: 'new' | 'open' | 'closed'
  balance: number
  tags: readonly string[]
  note: string | null
}

export const Stream${stream} = defineStream('stream-${stream}', {
  events: {
${lines(
  times(events, (event) => `Event${event}: ${payload(stream, event)},`),
  4,
)}
  },
  initial: (): State => ({ status: 'new', balance: 0, tags: [], note: null }),
  apply: {
${lines(
  times(
    events,
    (event) => `Event${event}: ${STEPS.get(event % SHAPES.length) ?? `(state) => ({ ...state, status: 'open' })`},`,
  ),
  4,
)}
  },
})
`
}

const INPUT = 'z.object({ from: z.string(), to: z.string(), items: z.array(z.string()), amount: z.int().positive() })'

/**
 * A command over two or three streams. Of ten, two read a further stream in an asynchronous handler, two in a generator, one
 * by `discover`; one writes to many streams of one kind, one has a timeline. All reject, and their caller tells why.
 */
function commandFile(command: number, { streams, eventsPerStream }: ProgramSize): string {
  const kind = command % 10
  const [from, to, third, further] = times(4, (n) => `Stream${(command * 7 + n * 13) % streams}`) as Names
  const numberOf = (stream: string): number => Number(stream.slice('Stream'.length))
  const write = (name: string, stream: string, n: number): string => {
    // The events of the second shape: those with an amount.
    const event = ((command + n) * SHAPES.length + 1) % (eventsPerStream - (eventsPerStream % SHAPES.length))
    const field = `field${numberOf(stream) * 100 + event}`
    return `${name}.emit('Event${event}', { ${field}: input.from, amount: input.amount })`
  }
  const form = kind === 1 || kind === 6 ? 'async' : kind === 3 || kind === 8 ? 'generator' : 'plain'
  const many = kind === 2
  const discovers = kind === 4
  const hasTimeline = kind === 0
  const reads = form !== 'plain'
  const three = command % 2 === 0

  const declared = [`from: ${from}(from)`, `to: ${to}(to)`]
  if (three) declared.push(many ? `third: ${third}.many(items)` : `third: ${third}.readOnly(to)`)
  const context = ['input', 'from', 'to']
  if (three) context.push('third')
  if (reads) context.push('read')
  if (discovers) context.push('further')
  if (hasTimeline) context.push('timeline')

  const generator = form === 'generator'
  const guard = (truth: string, rejection: string): string =>
    generator ? `yield* ensure(${truth}, ${rejection})` : `if (!(${truth})) return reject(${rejection})`
  const body = [
    guard(`from.state.status === 'open'`, `'NotOpen'`),
    guard('from.state.balance >= input.amount', `'InsufficientFunds', { balance: from.state.balance }`),
  ]
  if (three && !many) body.push(guard('third.state.tags.length < 3', `'TooMany', { tags: third.state.tags }`))
  if (hasTimeline) body.push(guard('timeline < 9', `'TooOften', { times: timeline }`))
  if (reads) body.push(`const further = ${generator ? 'yield*' : 'await'} read(${further}(input.to))`)
  if (reads || discovers)
    body.push(guard(`further.state.status !== 'closed'`, `'Frozen', { note: further.state.note }`))
  const writes = [write('from', from, 0), write('to', to, 1)]
  if (reads) writes.push(write('further', further, 2))
  if (many) writes.push(`...input.items.map((item) => ${write('third.of(item)', third, 2)})`)
  body.push(`return [${writes.join(', ')}]`)

  const head = { plain: '({ $ }) =>', async: 'async ({ $ }) =>', generator: 'function* ({ $ })' }[form]
  const imports = new Set([from, to, ...(three ? [third] : []), ...(reads || discovers ? [further] : [])])
  const cases = [
    `case 'NotOpen': return 'not open'`,
    `case 'InsufficientFunds': return \`\${outcome.detail.balance} left\``,
  ]
  if (three && !many) cases.push(`case 'TooMany': return outcome.detail.tags.join()`)
  if (hasTimeline) cases.push(`case 'TooOften': return outcome.detail.times.toFixed()`)
  if (reads || discovers) cases.push(`case 'Frozen': return outcome.detail.note ?? 'frozen'`)

  return `import { type CommandExecutor, defineCommand, ${generator ? 'ensure' : 'reject'} } from 'eventcore'
import { z } from 'zod'
${lines([...imports].map((stream) => `import { ${stream} } from './stream-${numberOf(stream)}.ts'`))}

export const Command${command} = defineCommand({
  name: 'Command${command}',
  input: ${INPUT},
  streams: ({ ${many ? 'from, to, items' : 'from, to'} }) => ({ ${declared.join(', ')} }),
${discovers ? `  discover: ({ from, input }) => ({ further: ${further}.readOnly(input.to + from.state.note) }),\n` : ''}${
  hasTimeline
    ? `  timeline: { initial: () => 0, apply: { from: { Event1: (n, { amount }) => n + amount }, to: { Event3: (n) => n + 1 } } },\n`
    : ''
}  handle: ${head.replace('$', context.join(', '))} {
${lines(body, 4)}
  },
})

export async function call${command}(executor: CommandExecutor): Promise<string> {
  const outcome = await executor.execute(Command${command}({ from: 'a', to: 'b', items: ['c'], amount: 1 }))
  if (outcome.status === 'committed') return \`\${outcome.events.length} events\`
  switch (outcome.code) {
${lines(cases, 4)}
  }
}
`
}

type Names = [from: string, to: string, third: string, further: string]

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index))

const lines = (texts: readonly string[], indent = 0): string =>
  texts.map((text) => ' '.repeat(indent) + text).join('\n')
