import { parseArgs } from 'node:util'
import { readConfiguration } from '@tributary/protocol/config/configuration'
import { DEVELOPMENT_API_KEY } from '@tributary/protocol/config/developmentKeys'
import { ask } from '../ask/ask.ts'
import { contribute } from '../contribute/contribute.ts'
import { createApi } from '../http/api.ts'
import { status } from '../status/status.ts'
import { verify } from '../verify/verify.ts'
import { CliError } from './CliError.ts'
import { HELP } from './help.ts'
import { Output } from './Output.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Milliseconds that `ask` waits for an attribution. */
const WAIT_MS = 60_000

const OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  licence: { type: 'string' },
  lang: { type: 'string' },
  public: { type: 'boolean', default: false },
  'max-tokens': { type: 'string' },
  temperature: { type: 'string' },
  save: { type: 'string' },
  'no-wait': { type: 'boolean', default: false },
} as const

/** Which options a command takes beside --json and --help. */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  contribute: ['licence', 'lang'],
  ask: ['public', 'max-tokens', 'temperature', 'save', 'no-wait'],
  verify: [],
  status: [],
}

/**
 * Runs one command line.
 *
 * @param output where it speaks to; by default standard output, as `--json` says
 * @returns the exit code: 0 done, 1 failed or not verified, 2 not understood
 */
export async function run(
  args: readonly string[],
  env: Environment,
  output = new Output(args.includes('--json')),
): Promise<number> {
  try {
    const { command, operands, values } = read(args)
    if (values.help || command === '') {
      output.text(HELP[command] as string)
      output.result({ help: HELP[command] })
      return command === '' && !values.help ? 2 : 0
    }
    const api = createApi(readConfiguration(env).apiUrl)
    const rpcUrl = env.RPC_URL ? readConfiguration(env).rpcUrl : null
    switch (command) {
      case 'contribute': {
        const [datanet, ...files] = operands
        if (datanet === undefined || files.length === 0) throw usage(command)
        const { licence, lang } = values
        await contribute(api, output, {
          datanet,
          files,
          defaults: { ...(licence ? { licence } : {}), ...(lang ? { lang } : {}) },
          key: env.TRIBUTARY_KEY || null,
          rpcUrl,
        })
        return 0
      }
      case 'ask': {
        const [model, ...words] = operands
        if (model === undefined || words.length === 0) throw usage(command)
        await ask(api, output, {
          model,
          question: words.join(' '),
          apiKey: env.TRIBUTARY_API_KEY || DEVELOPMENT_API_KEY,
          isPublic: values.public,
          maxTokens: number('max-tokens', values['max-tokens'], 256, 1, 100_000),
          temperature: number('temperature', values.temperature, 0, 0, 2),
          save: values.save ?? null,
          waitMs: values['no-wait'] ? 0 : WAIT_MS,
        })
        return 0
      }
      case 'verify': {
        const [receipt, more] = operands
        if (receipt === undefined || more !== undefined) throw usage(command)
        return (await verify(api, output, { receipt, rpcUrl })) ? 0 : 1
      }
      default:
        if (operands.length > 0) throw usage(command)
        await status(api, output)
        return 0
    }
  } catch (error) {
    output.failure(error)
    return error instanceof CliError && error.code === 'usage' ? 2 : 1
  }
}

function read(args: readonly string[]) {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw new CliError(`${message}`, { code: 'usage', hint: 'See: tributary --help', cause })
  }
  const [command = '', ...operands] = parsed.positionals
  if (!(command in HELP)) {
    throw new CliError(`there is no command "${command}"`, {
      code: 'usage',
      hint: `There are ${Object.keys(OPTIONS_OF).join(', ')}. See: tributary --help`,
    })
  }
  const taken = ['json', 'help', ...(OPTIONS_OF[command] ?? [])]
  const strange = parsed.tokens.find(
    (token) => token.kind === 'option' && !taken.includes(token.name),
  )
  if (strange?.kind === 'option') {
    throw new CliError(`${command || 'tributary'} does not take ${strange.rawName}`, {
      code: 'usage',
      hint: `See: tributary ${command} --help`,
    })
  }
  return { command, operands, values: parsed.values }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: true,
    tokens: true,
  })
}

function number(
  name: string,
  text: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new CliError(`--${name} takes a number from ${least} to ${most}, not "${text}"`, {
      code: 'usage',
    })
  }
  return value
}

function usage(command: string): CliError {
  const [first = ''] = (HELP[command] as string).split('\n')
  return new CliError(`use it as: ${first}`, {
    code: 'usage',
    hint: `See: tributary ${command} --help`,
  })
}
