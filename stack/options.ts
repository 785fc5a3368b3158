import { resolve } from 'node:path'

/** What `npm start -- …` was asked for. */
export interface Options {
  fresh: boolean
  sample: boolean
  help: boolean
  port: number
  dataFolder: string
}

export const HELP = `npm start -- [options]

Starts Tributary on this machine: chain, databases, indexer, engine, workers, API and pages. On the
first start the sample loop runs in view: three Datanets, one trained adapter, answers, payouts.

  --fresh        start over: deletes the data folder first
  --no-sample    start the parts only, without the sample loop
  --port N       first of eleven ports in a row, the pages being on it (default 4100)
  --data FOLDER  where everything is kept (default .tributary)
  --help         this text

A part that has its URL in the environment (RPC_URL, SUBGRAPH_URL, DATABASE_URL, CLICKHOUSE_URL,
JOBS_URL, ENGINE_URL, CAS_URL, DA_URL) is not started here but used where it is.
TRIBUTARY_MODEL names a local Hugging Face folder of the Llama family to use as the base model.`

/** The command line cannot be understood. */
export class OptionError extends Error {
  constructor(message: string) {
    super(`${message}; npm start -- --help lists the options`)
    this.name = 'OptionError'
  }
}

/** Reads the command line of `npm start`. Throws an OptionError for what it does not know. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv, root: string): Options {
  const options: Options = {
    fresh: false,
    sample: true,
    help: false,
    port: portNumber(env.TRIBUTARY_PORT ?? '4100'),
    dataFolder: resolve(root, env.TRIBUTARY_DATA ?? '.tributary'),
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg === '--fresh') options.fresh = true
    else if (arg === '--no-sample') options.sample = false
    else if (arg === '--help' || arg === '-h') options.help = true
    else if (arg === '--port') options.port = portNumber(args[++i] ?? '')
    else if (arg === '--data') {
      const folder = args[++i]
      if (!folder) throw new OptionError('--data needs a folder')
      options.dataFolder = resolve(folder)
    } else throw new OptionError(`unknown option ${arg}`)
  }
  return options
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1024 || port > 65_000) {
    throw new OptionError(`"${text}" is no port; choose a number from 1024 to 65000`)
  }
  return port
}
