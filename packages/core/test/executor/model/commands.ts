import { type AnyReference, type AnyRejection, type Command, defineCommand, reject, unchecked } from 'eventcore'
import {
  declaredWants,
  discovered,
  manyNumbers,
  nameOf,
  type Plan,
  type Planned,
  program,
  referenceOf,
  type Seen,
} from './program.ts'
import type { Script, Want } from './script.ts'
import { Cell, type Ledger, mix } from './streams.ts'

interface Handle {
  readonly stream: string
  readonly version: number
  readonly state: Ledger
  emit?(type: string, payload: unknown): unknown
}

interface Context extends Record<string, unknown> {
  readonly input: Script
  readonly timeline: number | undefined
  readonly many: Iterable<Handle>
  read(
    references: Record<string, AnyReference>,
  ): PromiseLike<Record<string, Handle>> & Iterable<unknown, Record<string, Handle>>
}

type Handler = (context: Context) => unknown

/** Commands that run scripts. Asynchronous ones await `pause` before, between and after what they do. */
export function scriptCommands(
  streams: number,
  pause: () => Promise<void>,
): (script: Script) => Command<string, AnyRejection> {
  const seenIn = (context: Context, script: Script): { handles: Handle[]; seen: Seen[] } => {
    const handles = declaredWants(script, streams).map((_, index) => context[`s${index}`] as Handle)
    handles.push(...context.many)
    if ('d0' in context) handles.push(context.d0 as Handle)
    return { handles, seen: handles.map(seenOf) }
  }
  const named = (wants: readonly Want[]): Record<string, AnyReference> =>
    Object.fromEntries(wants.map((want, index) => [`r${index}`, referenceOf(want)]))
  const inOrder = (read: Record<string, Handle>): Handle[] => Object.values(read)

  const handlers: Record<Script['shape'], Handler> = {
    sync: (context) => {
      const { handles, seen } = seenIn(context, context.input)
      const step = program(context.input, seen, context.timeline ?? 0, streams).next()
      if (step.done !== true) throw new Error('a synchronous script cannot read')
      return perform(step.value, handles)
    },
    generator: function* (context: Context) {
      const { handles, seen } = seenIn(context, context.input)
      const running = program(context.input, seen, context.timeline ?? 0, streams)
      let step = running.next()
      while (step.done !== true) {
        const read = inOrder(yield* context.read(named(step.value)))
        handles.push(...read)
        step = running.next(read.map(seenOf))
      }
      return perform(step.value, handles)
    },
    async: async (context) => {
      await pause()
      const { handles, seen } = seenIn(context, context.input)
      const running = program(context.input, seen, context.timeline ?? 0, streams)
      let step = running.next()
      while (step.done !== true) {
        const read = inOrder(await context.read(named(step.value)))
        handles.push(...read)
        await pause()
        step = running.next(read.map(seenOf))
      }
      return perform(step.value, handles)
    },
  }

  const discover = (context: Context): Record<string, AnyReference> => {
    const { seen } = seenIn(context, context.input)
    const [want] = discovered(context.input, seen, streams)
    return want === undefined ? {} : { d0: referenceOf(want) }
  }
  const declare = (script: Script): Record<string, AnyReference> => ({
    ...Object.fromEntries(declaredWants(script, streams).map((want, index) => [`s${index}`, referenceOf(want)])),
    many: Cell.many(manyNumbers(script, streams).map((number) => nameOf(number).slice('cell/'.length))),
  })
  const steps = (slot: number) => {
    const step = (trail: number, _data: unknown, event: { stream: string; version: number; type: string }) =>
      mix(trail, `${slot}${event.stream}${event.version}${event.type}`)
    return { Added: step, Noted: step }
  }
  const timeline = { initial: () => 0, apply: { s0: steps(0), s1: steps(1), s2: steps(2), many: steps(3) } }

  const define = (script: Script) =>
    defineCommand({
      name: `${script.shape}${script.discover ? '-discover' : ''}${script.timeline ? '-timeline' : ''}`,
      input: unchecked<Script>(),
      streams: declare,
      ...(script.discover ? { discover } : {}),
      ...(script.timeline ? { timeline } : {}),
      // Scripts choose their streams as they run, which no type can follow.
      handle: handlers[script.shape],
    } as never) as unknown as (script: Script) => Command<string, AnyRejection>

  const definitions = new Map<string, (script: Script) => Command<string, AnyRejection>>()
  return (script) => {
    const key = `${script.shape}${script.discover}${script.timeline}`
    let definition = definitions.get(key)
    if (definition === undefined) {
      definition = define(script)
      definitions.set(key, definition)
    }
    return definition(script)
  }
}

function seenOf({ stream, version, state, emit }: Handle): Seen {
  return { stream, version, state, writable: emit !== undefined }
}

function perform(plan: Plan, handles: readonly Handle[]): unknown {
  const emitted = plan.planned.map(({ seen, type, payload }: Planned) => handles[seen]?.emit?.(type, payload))
  return plan.kind === 'rejection' ? reject(plan.code, plan.detail) : emitted
}
