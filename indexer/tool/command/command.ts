import { isSubgraphName } from '../../http/subgraphName.ts'
import { UsageError } from '../toolError.ts'
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

/** A whole number as the user wrote it, or null where it is none. */
export function wholeNumber(given: string): number | null {
  const number = Number(given)
  return /^\d+$/.test(given) && Number.isSafeInteger(number) ? number : null
}

/**
 * Takes a URL of HTTP as the user gave it, without slashes at its end.
 *
 * @param option what it was given as, such as `--rpc`.
 * @throws UsageError when it is none.
 */
export function httpUrl(given: string, option: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) {
    return given.replace(/\/+$/, '')
  }
  throw new UsageError(`${option} \`${given}\` is no URL of HTTP, such as http://127.0.0.1:8545`)
}

/**
 * Takes one URL of a chain's node, or several with commas between.
 *
 * @throws UsageError when one of them is none.
 */
export function rpcUrls(given: string): string {
  const list = given.split(',').flatMap((url) => url.trim() || [])
  if (list.length === 0) return httpUrl(given, '--rpc')
  return list.map((url) => httpUrl(url, '--rpc')).join(',')
}

/**
 * Takes a name for a subgraph as the user gave it.
 *
 * @throws UsageError when hosts would not take it.
 */
export function subgraphName(given: string): string {
  if (isSubgraphName(given)) return given
  throw new UsageError(
    `a subgraph cannot be called \`${given}\`: names are of letters, digits, - and _, in parts with / between; each part holds a letter, and begins and ends with a letter or a digit; --name names one`,
  )
}

/** A text option, or undefined when it was left out. */
export function text({ options }: CommandInput, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
