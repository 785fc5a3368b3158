import { Output } from '../command/Output.ts'
import { run } from '../command/run.ts'

/** What a command line did. */
export interface Ran {
  code: number
  /** Standard output. */
  said: string
  /** Standard error. */
  complained: string
  /** The JSON line, with --json. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever the command says.
  json: any
}

/** Runs a command line in this process and catches what it says. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ran> {
  let said = ''
  let complained = ''
  const isJson = args.includes('--json')
  const output = new Output(
    isJson,
    (text) => {
      said += text
    },
    (text) => {
      complained += text
    },
  )
  const code = await run(args, env, output)
  return { code, said, complained, json: isJson ? JSON.parse(said) : null }
}
