import type { Output } from './output.ts'

/** An option of a command, as `parseArgs` of Node takes it, with its line of help. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** Name of the value in the help, such as `<url>`. */
  readonly value?: string
  readonly help: string
}

/** What a command was called with. */
export interface CommandInput {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** One command of the tool. */
export interface Command {
  readonly name: string
  /** Its words, such as `[folder]`. */
  readonly words: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What else a reader of its help should know. */
  readonly teaches: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** @returns the exit code. */
  run(input: CommandInput, output: Output): Promise<number>
}

/** A text option, or undefined when it was left out. */
export function text({ options }: CommandInput, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
