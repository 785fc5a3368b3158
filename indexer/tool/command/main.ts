import { parseArgs } from 'node:util'
import { ManifestError } from '../../manifest/manifestError.ts'
import { ToolError, UsageError } from '../toolError.ts'
import { checkCommand } from './checkCommand.ts'
import type { Command, CommandOption } from './command.ts'
import { deployCommand } from './deployCommand.ts'
import { devCommand } from './devCommand.ts'
import { commandHelp, generalHelp } from './help.ts'
import { Output } from './output.ts'
import { rewindCommand } from './rewindCommand.ts'
import { statusCommand } from './statusCommand.ts'
import { testCommand } from './testCommand.ts'

const COMMANDS: readonly Command[] = [
  devCommand,
  deployCommand,
  statusCommand,
  rewindCommand,
  checkCommand,
  testCommand,
]
const COMMON: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', help: 'one JSON object a line on stdout, text on stderr' },
  help: { type: 'boolean', help: 'this text' },
}

/** Runs one command. @returns the exit code. */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [name, ...rest] = args
  const command = COMMANDS.find((one) => one.name === name)
  if (command === undefined) {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      const about = COMMANDS.find((one) => one.name === rest[0])
      console.log(about ? commandHelp(about, COMMON) : generalHelp(COMMANDS))
      return 0
    }
    console.error(`tributary-subgraph: there is no command \`${name}\`\n\n${generalHelp(COMMANDS)}`)
    return 2
  }
  const output = new Output(rest.includes('--json'))
  try {
    const options = { ...command.options, ...COMMON }
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true })
    if (values.help === true) {
      console.log(commandHelp(command, COMMON))
      return 0
    }
    const most = command.words.match(/(^|\s)[[<]\w+[\]>]/g)?.length ?? 0
    if (positionals.length > most) {
      const rest = positionals.slice(most).join('`, `')
      throw new UsageError(`\`${rest}\` means nothing here: it takes ${command.words}`)
    }
    return await command.run({ words: positionals, options: values, env }, output)
  } catch (error) {
    if (!isUsersError(error)) throw error
    // Node goes on about words that begin with a dash, of which no command takes any.
    const [message] = error.message.split('. To specify a positional argument')
    output.tell({ error: message })
    console.error(`tributary-subgraph ${command.name}: ${message}`)
    if (!isUsage(error)) return 1
    console.error(`  \`tributary-subgraph ${command.name} --help\` says what it takes.`)
    return 2
  }
}

function isUsersError(error: unknown): error is Error {
  const known = [ToolError, ManifestError]
  return known.some((type) => error instanceof type) || isUsage(error)
}

/** Whether the command line is wrong: this tool, or Node's `parseArgs`, says so. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  const { code } = error as { code?: unknown }
  return error instanceof Error && String(code).startsWith('ERR_PARSE_ARGS')
}
