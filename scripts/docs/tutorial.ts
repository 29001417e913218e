import { codeBlocks } from './code-blocks.ts'

/** A page that a reader follows: files to make, commands to type, and what they print. */
export interface Tutorial {
  /** Contents by name. */
  readonly files: ReadonlyMap<string, string>
  readonly commands: readonly TutorialCommand[]
}

export interface TutorialCommand {
  readonly command: string
  /** What the page says that it prints; `undefined` where it says nothing. */
  readonly output: string | undefined
}

/** Reads ` ```ts file: name.ts `, the blocks of ` ```sh `, and the ` ```text ` that follows one at once: its output. */
export function tutorialOf(page: string, text: string): Tutorial {
  const files = new Map<string, string>()
  for (const { file, code } of codeBlocks(page, text.split('\n'))) {
    if (file === undefined) continue
    const before = files.get(file)
    files.set(file, `${before === undefined ? '' : `${before}\n`}${code.join('\n')}\n`)
  }
  const commands = Array.from(text.matchAll(COMMAND), ([, lines = '', output]) => {
    const typed = lines.trim().split('\n')
    return typed.map((command, i) => ({ command, output: i === typed.length - 1 ? output : undefined }))
  })
  return { files, commands: commands.flat() }
}

const COMMAND = /^```sh\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```)?/gm
