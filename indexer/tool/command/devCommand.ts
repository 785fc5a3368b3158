import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError } from 'pg'
import { ManifestError } from '../../manifest/manifestError.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import type { RunnerOptions } from '../../runner/deploymentRunner.ts'
import type { RunnerLog } from '../../runner/runnerLog.ts'
import { type RunningIndexer, startIndexer } from '../../startIndexer.ts'
import { GraftError } from '../../store/graft/graftError.ts'
import { explainFailure } from '../explain/explainFailure.ts'
import { formatExplanation } from '../explain/formatExplanation.ts'
import { startLocalPostgres } from '../host/localPostgres.ts'
import { DATABASE, openToolDatabase } from '../host/openToolDatabase.ts'
import { readRunFile, removeRunFile, writeRunFile } from '../host/runFile.ts'
import { buildProject, readProject, sourceStamp } from '../project/buildProject.ts'
import { openProject, type Project } from '../project/project.ts'
import { projectName } from '../project/projectName.ts'
import { ToolError, UsageError } from '../toolError.ts'
import {
  type Command,
  type CommandInput,
  httpUrl,
  rpcUrls,
  subgraphName,
  text,
  wholeNumber,
} from './command.ts'
import type { Output } from './output.ts'

/** How often files are looked at, and how often progress is told. */
const LOOK_MS = 500
const PROGRESS_MS = 2_000
/** What to do about the one thing that a host refuses of what was compiled. */
const GRAFT_HINT =
  'A graft goes on from a deployment in the same database: index that one there first, with `dev`, or with `deploy` while a host runs.'

/** `dev`: a host for one project, which follows its changes. */
export const devCommand: Command = {
  name: 'dev',
  words: '[folder] --rpc <url>',
  summary: 'index and serve a project, and deploy it anew whenever it changes',
  teaches: `Compiles the project with its own graph-cli, indexes it from the chain behind --rpc and serves
graph-node's routes. Without DATABASE_URL it brings a Postgres of its own along, with the data in
the project's .tributary-subgraph/. A saved change of the manifest, the schema, an ABI or a mapping
is compiled and deployed; what does not compile is reported, and the last good version goes on.
A handler that fails is shown with its block, event, parameters and source line.
A local chain that was started anew is another one: remove the folder of the Postgres' data then.

  tributary-subgraph dev . --rpc http://127.0.0.1:8545
  curl http://127.0.0.1:8000/subgraphs/name/<name> -H 'content-type: application/json' \\
    -d '{"query":"{ _meta { block { number } } }"}'`,
  options: {
    rpc: {
      type: 'string',
      value: '<url>',
      help: 'JSON-RPC of the chain; several with commas between',
    },
    ipfs: {
      type: 'string',
      value: '<url>',
      help: 'node or gateway, for files that are not put in at the admin port',
    },
    name: { type: 'string', value: '<name>', help: "to serve it under; the package's" },
    network: { type: 'string', value: '<name>', help: 'take addresses of networks.json' },
    'network-file': { type: 'string', value: '<file>', help: 'in place of networks.json' },
    host: { type: 'string', value: '<address>', help: 'to listen at; 127.0.0.1' },
    port: {
      type: 'string',
      value: '<port>',
      help: 'of the query routes; 8000, and 0 for a free one',
    },
    'admin-port': {
      type: 'string',
      value: '<port>',
      help: 'to deploy to; 8020, and 0 for a free one',
    },
  },
  run: dev,
}

/** What `dev` was told. */
interface DevSettings {
  readonly rpcUrl: string
  readonly ipfsUrl: string | undefined
  /** Null to bring a Postgres along. */
  readonly databaseUrl: string | null
  readonly name: string
  readonly network: string | undefined
  readonly networkFile: string | undefined
  readonly host: string
  readonly port: number
  readonly adminPort: number
}

async function dev(input: CommandInput, output: Output): Promise<number> {
  const project = await openProject(input.words[0] ?? '.')
  const settings = readSettings(input, project)
  const other = readRunFile(project)
  if (other !== null) {
    throw new ToolError(
      `\`dev\` runs for this folder already (process ${other.pid}, ${other.url}): end it first`,
    )
  }
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort())
  }
  await new DevSession(settings, output, project, stopping.signal).run()
  return 0
}

/** Looks at everything that was given before anything is begun. */
function readSettings(input: CommandInput, project: Project): DevSettings {
  const rpcUrl = text(input, 'rpc') ?? input.env.RPC_URL
  if (rpcUrl === undefined) {
    throw new ToolError('which chain? Name its JSON-RPC: --rpc http://127.0.0.1:8545')
  }
  const ipfsUrl = text(input, 'ipfs') ?? input.env.IPFS_URL
  return {
    rpcUrl: rpcUrls(rpcUrl),
    ipfsUrl: ipfsUrl ? httpUrl(ipfsUrl, '--ipfs') : undefined,
    databaseUrl: input.env.DATABASE_URL || null,
    name: subgraphName(text(input, 'name') ?? projectName(project)),
    network: text(input, 'network'),
    networkFile: text(input, 'network-file'),
    host: text(input, 'host') ?? '127.0.0.1',
    port: portOf(input, 'port', 8000),
    adminPort: portOf(input, 'admin-port', 8020),
  }
}

class DevSession {
  readonly #settings: DevSettings
  readonly #output: Output
  readonly #project: Project
  readonly #signal: AbortSignal
  /** Text of the last message, so that one that repeats is told once. */
  #lastSaid = ''
  #lastFailure = ''
  #stamp = ''
  #announced = false

  constructor(settings: DevSettings, output: Output, project: Project, signal: AbortSignal) {
    this.#settings = settings
    this.#output = output
    this.#project = project
    this.#signal = signal
  }

  /** Runs until the signal. */
  async run(): Promise<void> {
    const build = await this.#nextBuild()
    if (build === null) return
    const given = this.#settings.databaseUrl
    const postgres = given ? null : await startLocalPostgres(this.#project)
    if (postgres) this.#output.say(`postgres   its own, data in ${postgres.folder}`)
    try {
      const databaseUrl = given ?? (postgres as { url: string }).url
      const started = await this.#startFirst(build, databaseUrl)
      if (started === null) return
      const { indexer } = started
      try {
        this.#announce(indexer, started.build, databaseUrl)
        await this.#follow(indexer)
      } finally {
        removeRunFile(this.#project)
        await indexer.stop()
      }
    } finally {
      await postgres?.stop()
    }
  }

  /** Waits for changes until the project compiles. */
  async #nextBuild(): Promise<SubgraphBuild | null> {
    while (!this.#signal.aborted) {
      const build = await this.#build()
      if (build !== null) return build
      await this.#untilChanged()
    }
    return null
  }

  /** Starts with the first version of the project that the host takes. */
  async #startFirst(
    first: SubgraphBuild,
    databaseUrl: string,
  ): Promise<{ readonly indexer: RunningIndexer; readonly build: SubgraphBuild } | null> {
    let build: SubgraphBuild | null = first
    while (build !== null) {
      try {
        return { indexer: await this.#start(build, databaseUrl), build }
      } catch (error) {
        if (!isRefusal(error)) throw error
        this.#refuse(error.message, GRAFT_HINT)
        await this.#untilChanged()
        build = await this.#nextBuild()
      }
    }
    return null
  }

  async #untilChanged(): Promise<void> {
    this.#output.say('waiting for a change …')
    while (!this.#signal.aborted && !this.#hasChanged()) await this.#sleep(LOOK_MS)
  }

  /** @returns null when the project is not in order, which is told. */
  async #build(): Promise<SubgraphBuild | null> {
    this.#stamp = sourceStamp(this.#project)
    try {
      await buildProject(this.#project, (line) => this.#output.say(line))
      const { network, networkFile } = this.#settings
      return await readProject(this.#project, network, networkFile)
    } catch (error) {
      if (!(error instanceof ToolError) && !isRefusal(error)) throw error
      this.#refuse(error.message)
      return null
    }
  }

  #refuse(message: string, hint?: string): void {
    this.#output.say(message)
    if (hint) this.#output.say(hint)
    if (this.#announced) this.#output.say('the version before is still served')
    this.#output.tell({ event: 'refused', message })
  }

  async #start(build: SubgraphBuild, databaseUrl: string): Promise<RunningIndexer> {
    const { rpcUrl, ipfsUrl, name, host, port, adminPort } = this.#settings
    // What is wrong with the database is told apart from what is wrong with the ports.
    await (await openToolDatabase(databaseUrl)).end()
    try {
      return await startIndexer({
        build,
        name,
        rpcUrl,
        databaseUrl,
        database: DATABASE,
        host,
        port,
        admin: { host, port: adminPort },
        log: this.#log,
        ipfsUrl,
        runner: { failed: this.#failed },
      })
    } catch (cause) {
      throw listenProblem(cause, host) ?? unstorable(cause) ?? cause
    }
  }

  #announce(indexer: RunningIndexer, build: SubgraphBuild, databaseUrl: string): void {
    const { url } = indexer.server
    const adminUrl = indexer.admin?.url ?? ''
    const { name, rpcUrl, ipfsUrl, network } = this.#settings
    const queries = `${url}/subgraphs/name/${name}`
    writeRunFile(this.#project, {
      pid: process.pid,
      name,
      url,
      adminUrl,
      rpcUrl,
      ipfsUrl: ipfsUrl ?? null,
      databaseUrl,
      network: network ?? null,
    })
    this.#announced = true
    this.#output.say(`deployment ${build.id}`)
    this.#output.say(`queries    ${queries}`)
    this.#output.say(`playground ${queries}/graphql`)
    this.#output.say(`status     ${url}/graphql`)
    this.#output.say(`deploys    ${adminUrl}`)
    this.#output.tell({ event: 'serving', deployment: build.id, queries, url, adminUrl })
  }

  /** Tells progress and takes up changes. */
  async #follow(indexer: RunningIndexer): Promise<void> {
    let hosted: { readonly runner: RunningIndexer['runner'] } = indexer
    let told = ''
    let next = 0
    while (!this.#signal.aborted) {
      await this.#sleep(LOOK_MS)
      if (Date.now() >= next) {
        told = this.#progress(hosted.runner, told)
        next = Date.now() + PROGRESS_MS
      }
      if (!this.#hasChanged()) continue
      this.#output.say('the project has changed')
      const build = await this.#build()
      if (build === null) continue
      try {
        hosted = await indexer.host.deploy(this.#settings.name, build)
        this.#lastFailure = ''
        this.#output.tell({ event: 'deployed', deployment: build.id })
      } catch (cause) {
        const problem = unstorable(cause)
        if (problem !== null) this.#refuse(problem.message)
        else if (isRefusal(cause)) this.#refuse(cause.message, GRAFT_HINT)
        else throw cause
      }
    }
  }

  /** @returns what was told last. */
  #progress({ head, chainHead, synced }: RunningIndexer['runner'], told: string): string {
    const block = head?.number ?? null
    const of = chainHead?.number ?? null
    const state = JSON.stringify({ event: 'progress', block, of, synced })
    if (state === told || of === null) return told
    this.#output.tell({ event: 'progress', block, of, synced })
    if (!synced) {
      const percent = block === null || of === 0 ? 0 : Math.floor((100 * block) / of)
      this.#output.say(`block ${block ?? 'none'} of ${of} (${percent} %)`)
    }
    return state
  }

  readonly #log: RunnerLog = (level, message) => {
    if (level === 'debug' || (level === 'info' && !this.#announced)) return
    // A failure that was shown in full is not told a second time.
    if (level === 'error' && this.#lastFailure !== '' && message.includes(this.#lastFailure)) return
    const said = message.replace(/next try in \d+ ms/, 'trying again')
    if (said === this.#lastSaid) return
    this.#lastSaid = said
    this.#output.say(level === 'info' ? said : `${level}: ${said}`)
    this.#output.tell({ event: 'log', level, message: said })
  }

  readonly #failed: RunnerOptions['failed'] = (block, trigger, error) => {
    const { message } = error as Error
    if (message === this.#lastFailure) return
    this.#lastFailure = message
    explainFailure(this.#project, { block, trigger, error }).then(
      (explanation) => {
        this.#output.say(formatExplanation(explanation))
        this.#output.tell({ event: 'failed', failure: explanation })
      },
      (problem: Error) => this.#output.say(`no explanation: ${problem.message}`),
    )
  }

  #hasChanged(): boolean {
    try {
      return sourceStamp(this.#project) !== this.#stamp
    } catch {
      // A file that is being replaced; the next look sees it.
      return false
    }
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => {})
  }
}

/** Whether a host does not take a version of a project. */
function isRefusal(error: unknown): error is ManifestError | GraftError {
  return error instanceof ManifestError || error instanceof GraftError
}

/** What keeps the servers from listening, if it is that. */
function listenProblem(cause: unknown, host: string): ToolError | null {
  const { code, syscall, hostname, port } = cause as NodeJS.ErrnoException & {
    readonly hostname?: string
    readonly port?: number
  }
  if (code === 'EADDRINUSE') {
    return new ToolError(
      `port ${port} is taken: name others with --port and --admin-port, or 0 for free ones`,
      { cause },
    )
  }
  if (syscall === 'listen') {
    return new ToolError(
      `cannot listen at ${host} (${code}): name an address of this machine with --host, and ports that you may use with --port and --admin-port`,
      { cause },
    )
  }
  if (syscall !== 'getaddrinfo' || hostname !== host) return null
  return new ToolError(`--host ${host} is no address of this machine (${code})`, { cause })
}

/** What Postgres has against the tables of a schema, if it is that. */
function unstorable(cause: unknown): ToolError | null {
  if (!(cause instanceof DatabaseError)) return null
  return new ToolError(`the schema cannot be stored: ${cause.message}`, { cause })
}

function portOf(input: CommandInput, name: string, otherwise: number): number {
  const given = text(input, name)
  const port = given === undefined ? otherwise : wholeNumber(given)
  if (port !== null && port < 65_536) return port
  throw new UsageError(`--${name} \`${given}\` is no port: 0 to 65535`)
}
