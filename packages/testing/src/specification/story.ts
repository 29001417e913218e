import { indented } from './render.ts'

/** One thing that happened, for the message of a specification that does not hold. */
export interface StoryLine {
  readonly part: 'given' | 'when'
  readonly text: string
}

/** How many lines of a story are told: the last ones. */
const TOLD = 20

/** What happened so far, for a person. */
export function tell(story: readonly StoryLine[]): readonly string[] {
  const lines: string[] = []
  const left = story.length - TOLD
  if (left > 0) lines.push('', `(${left} earlier ${left === 1 ? 'line' : 'lines'} left out)`)
  let part: string | undefined
  for (const line of story.slice(-TOLD)) {
    if (line.part !== part) lines.push('', line.part)
    part = line.part
    lines.push(...indented(line.text, '  '))
  }
  return lines
}
