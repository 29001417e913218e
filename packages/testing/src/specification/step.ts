import type { AnyRejection, Command, ExecuteOptions, Outcome } from 'eventcore'
import type { Expectation, SpecifiedEvent } from './expectations.ts'
import type { Given, GivenItem, Then, When } from './given-when-then.ts'
import { insist } from './insist.ts'
import { renderEvent, renderValue } from './render.ts'
import { SpecificationFailed } from './specification-failed.ts'
import type { Execution, Stage } from './stage.ts'
import { type StoryLine, tell } from './story.ts'

const commandLine = ({ commandName, input }: Command<string, AnyRejection>): string => renderEvent(commandName, input)

/** Brings about what was given: runs of events as one commit each, commands by themselves. */
export async function giveAll(stage: Stage, items: readonly GivenItem[], story: StoryLine[]): Promise<void> {
  let events: SpecifiedEvent[] = []
  const write = async (): Promise<void> => {
    const writing = events
    events = []
    await stage.write(writing).catch((cause: unknown) => {
      throw new SpecificationFailed(`The given events cannot be written: ${messageOf(cause)}`, undefined, cause)
    })
  }
  for (const item of items) {
    if (item.kind === 'event') {
      events.push(item)
      story.push({ part: 'given', text: `${item.stream}  ${renderEvent(item.type, item.data)}` })
      continue
    }
    await write()
    mustCommit(item, await stage.execute(item), story)
    story.push({ part: 'given', text: commandLine(item) })
  }
  await write()
}

/** One command of a specification. It runs once, when somebody asks what came of it. */
export class Step<Rejections extends AnyRejection> implements When<Rejections> {
  readonly #begin: () => Promise<Stage>
  readonly #story: readonly StoryLine[]
  readonly #command: Command<string, Rejections>
  readonly #options: ExecuteOptions | undefined
  #run: Promise<{ readonly stage: Stage; readonly execution: Execution }> | undefined

  constructor(
    begin: () => Promise<Stage>,
    story: readonly StoryLine[],
    command: Command<string, Rejections>,
    options: ExecuteOptions | undefined,
  ) {
    this.#begin = begin
    this.#story = story
    this.#command = command
    this.#options = options
  }

  // biome-ignore lint/suspicious/noThenProperty: given/when/then is how everybody says it
  then(first: Expectation<Rejections>, ...more: readonly Expectation<Rejections>[]): Then {
    if (typeof first === 'function')
      // Awaited, which its type refuses, for `then` has the shape of a promise's only by chance.
      throw new TypeError('A command by itself is no test. Say what is expected, .then(…), or ask for its .outcome().')
    return this.#expect([first, ...more])
  }

  async outcome(): Promise<Outcome<Rejections>> {
    const { execution } = await this.#once()
    if (execution.outcome === undefined) throw execution.error
    // Which rejections a command has is known to the types only.
    return execution.outcome as Outcome<Rejections>
  }

  get when(): Given['when'] {
    return (command, options) => new Step(() => this.#committed(), this.#storyAfter(), command, options)
  }

  #expect(expectations: readonly Expectation<Rejections>[]): Then {
    const checked = this.#once().then(async ({ stage, execution }) => {
      await insist(stage, execution, expectations, this.#storyAfter())
      return stage
    })
    const done = checked.then(() => undefined)
    const when: Given['when'] = (command, options) => {
      // Whoever goes on hears of a failure by what comes next; nobody looks at this promise any more.
      done.catch(() => undefined)
      return new Step(() => checked, this.#storyAfter(), command, options)
    }
    return Object.assign(done, { when })
  }

  #once(): Promise<{ readonly stage: Stage; readonly execution: Execution }> {
    this.#run ??= this.#begin().then(async (stage) => {
      return { stage, execution: await stage.execute(this.#command, this.#options) }
    })
    return this.#run
  }

  async #committed(): Promise<Stage> {
    const { stage, execution } = await this.#once()
    mustCommit(this.#command, execution, this.#story)
    return stage
  }

  #storyAfter(): readonly StoryLine[] {
    return [...this.#story, { part: 'when', text: commandLine(this.#command) }]
  }
}

function mustCommit(
  command: Command<string, AnyRejection>,
  { outcome, error }: Execution,
  story: readonly StoryLine[],
): void {
  if (outcome?.status === 'committed') return
  const end =
    outcome === undefined
      ? `threw ${messageOf(error)}`
      : `was rejected: ${renderEvent(outcome.code, outcome.detail ?? {})}`
  throw new SpecificationFailed(
    [`${commandLine(command)} ${end}. What others build on must commit.`, ...tell(story)].join('\n'),
    undefined,
    error,
  )
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : renderValue(error))
