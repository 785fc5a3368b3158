import { setTimeout as sleep } from 'node:timers/promises'
import { ManifestError } from '../../manifest/manifestError.ts'
import type { SubgraphBuild } from '../../manifest/readBuild.ts'
import type { RunnerOptions } from '../../runner/deploymentRunner.ts'
import type { RunnerLog } from '../../runner/runnerLog.ts'
import { type RunningIndexer, startIndexer } from '../../startIndexer.ts'
import { DatabaseError } from '../../store/openDatabase.ts'
import { explainFailure } from '../explain/explainFailure.ts'
import { formatExplanation } from '../explain/formatExplanation.ts'
import { startLocalPostgres } from '../host/localPostgres.ts'
import { readRunFile, removeRunFile, writeRunFile } from '../host/runFile.ts'
import { buildProject, readProject, sourceStamp } from '../project/buildProject.ts'
import { openProject, type Project } from '../project/project.ts'
import { projectName } from '../project/projectName.ts'
import { ToolError } from '../toolError.ts'
import { type Command, type CommandInput, text } from './command.ts'
import type { Output } from './output.ts'

/** How often files are looked at, and how often progress is told. */
const LOOK_MS = 500
const PROGRESS_MS = 2_000
/** Database of the cluster for the subgraphs. */
export const DATABASE = 'indexer'

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

async function dev(input: CommandInput, output: Output): Promise<number> {
  const project = await openProject(input.words[0] ?? '.')
  const rpcUrl = text(input, 'rpc') ?? input.env.RPC_URL
  if (rpcUrl === undefined) {
    throw new ToolError('which chain? Name its JSON-RPC: --rpc http://127.0.0.1:8545')
  }
  const other = readRunFile(project)
  if (other !== null) {
    throw new ToolError(`\`dev\` runs for this folder already (process ${other.pid}, ${other.url})`)
  }
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort())
  }
  const session = new DevSession(input, output, project, rpcUrl, stopping.signal)
  await session.run()
  return 0
}

class DevSession {
  readonly #input: CommandInput
  readonly #output: Output
  readonly #project: Project
  readonly #rpcUrl: string
  readonly #ipfsUrl: string | undefined
  readonly #name: string
  readonly #signal: AbortSignal
  /** Text of the last message, so that one that repeats is told once. */
  #lastSaid = ''
  #lastFailure = ''
  #stamp = ''
  #announced = false

  constructor(
    input: CommandInput,
    output: Output,
    project: Project,
    rpcUrl: string,
    signal: AbortSignal,
  ) {
    this.#input = input
    this.#output = output
    this.#project = project
    this.#rpcUrl = rpcUrl
    this.#ipfsUrl = text(input, 'ipfs') ?? (input.env.IPFS_URL || undefined)
    this.#name = text(input, 'name') ?? projectName(project)
    this.#signal = signal
  }

  /** Runs until the signal. */
  async run(): Promise<void> {
    const build = await this.#firstBuild()
    if (build === null) return
    const given = this.#input.env.DATABASE_URL
    const postgres = given ? null : await startLocalPostgres(this.#project)
    if (postgres) this.#output.say(`postgres   its own, data in ${postgres.folder}`)
    try {
      const databaseUrl = given ?? (postgres as { url: string }).url
      const indexer = await this.#start(build, databaseUrl)
      try {
        this.#announce(indexer, build, databaseUrl)
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
  async #firstBuild(): Promise<SubgraphBuild | null> {
    while (!this.#signal.aborted) {
      const build = await this.#build()
      if (build !== null) return build
      this.#output.say('waiting for a change …')
      while (!this.#signal.aborted && !this.#hasChanged()) await this.#sleep(LOOK_MS)
    }
    return null
  }

  /** @returns null when the project is not in order, which is told. */
  async #build(): Promise<SubgraphBuild | null> {
    this.#stamp = sourceStamp(this.#project)
    try {
      await buildProject(this.#project, (line) => this.#output.say(line))
      return await readProject(
        this.#project,
        text(this.#input, 'network'),
        text(this.#input, 'network-file'),
      )
    } catch (error) {
      const known = [ToolError, ManifestError].some((type) => error instanceof type)
      if (!known) throw error
      this.#output.say((error as Error).message)
      this.#output.tell({ event: 'refused', message: (error as Error).message })
      return null
    }
  }

  async #start(build: SubgraphBuild, databaseUrl: string): Promise<RunningIndexer> {
    const host = text(this.#input, 'host') ?? '127.0.0.1'
    try {
      return await startIndexer({
        build,
        name: this.#name,
        rpcUrl: this.#rpcUrl,
        databaseUrl,
        database: DATABASE,
        host,
        port: portOf(this.#input, 'port', 8000),
        admin: { host, port: portOf(this.#input, 'admin-port', 8020) },
        log: this.#log,
        ipfsUrl: this.#ipfsUrl,
        runner: { failed: this.#failed },
      })
    } catch (error) {
      const { code, message, port } = error as { code?: string; message: string; port?: number }
      if (code === 'EADDRINUSE') {
        throw new ToolError(
          `port ${port} is taken: name others with --port and --admin-port, or 0 for free ones`,
        )
      }
      if (error instanceof DatabaseError || code === 'ECONNREFUSED') throw new ToolError(message)
      throw error
    }
  }

  #announce(indexer: RunningIndexer, build: SubgraphBuild, databaseUrl: string): void {
    const { url } = indexer.server
    const adminUrl = indexer.admin?.url ?? ''
    const queries = `${url}/subgraphs/name/${this.#name}`
    writeRunFile(this.#project, {
      pid: process.pid,
      name: this.#name,
      url,
      adminUrl,
      rpcUrl: this.#rpcUrl,
      ipfsUrl: this.#ipfsUrl ?? null,
      databaseUrl,
      network: text(this.#input, 'network') ?? null,
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
      hosted = await indexer.host.deploy(this.#name, build)
      this.#lastFailure = ''
      this.#output.tell({ event: 'deployed', deployment: build.id })
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

function portOf(input: CommandInput, name: string, otherwise: number): number {
  const given = text(input, name)
  const port = given === undefined ? otherwise : Number(given)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new ToolError(`--${name} ${given} is no port`)
}
