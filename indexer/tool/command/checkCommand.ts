import type { Pool } from 'pg'
import { ChainReader } from '../../chain/chainReader.ts'
import type { ChainBlock } from '../../chain/chainTypes.ts'
import { RpcClient } from '../../chain/rpcClient.ts'
import { RpcError, RpcUnreachableError } from '../../chain/rpcErrors.ts'
import type { ContentSource } from '../../content/contentSource.ts'
import { DatabaseContent } from '../../content/databaseContent.ts'
import { firstContent } from '../../content/firstContent.ts'
import { IpfsContent } from '../../content/ipfsContent.ts'
import { firstStartBlock } from '../../manifest/firstStartBlock.ts'
import type { SubgraphBuild } from '../../manifest/subgraphBuild.ts'
import { DeploymentStore } from '../../store/deploymentStore.ts'
import { ChainReplacedError } from '../../store/storeErrors.ts'
import { explainFailure, type Rerun } from '../explain/explainFailure.ts'
import { formatExplanation } from '../explain/formatExplanation.ts'
import { startLocalPostgres } from '../host/localPostgres.ts'
import { openToolDatabase } from '../host/openToolDatabase.ts'
import { readRunFile } from '../host/runFile.ts'
import { buildProject, readProject } from '../project/buildProject.ts'
import { openProject, type Project } from '../project/project.ts'
import { compileMappings } from '../replay/compileMappings.ts'
import { filesOfReplay } from '../replay/filesOfReplay.ts'
import { replayBlocks } from '../replay/replayBlocks.ts'
import { ToolError, UsageError } from '../toolError.ts'
import { type Command, type CommandInput, httpUrl, rpcUrls, text, wholeNumber } from './command.ts'
import type { Output } from './output.ts'

/** `check`: why a handler failed. */
export const checkCommand: Command = {
  name: 'check',
  words: '[folder]',
  summary: 'say why a handler failed: block, event, parameters and source line',
  teaches: `Runs the block at which the deployment failed once more, over the entities as they were before
it, and writes nothing. Of a deployment that tries a block again and again, it runs the blocks after
the last good one. With --block it runs any block that is indexed, to see what its handlers log.
Files that data sources wait for are handled as well: those that were put into the host, and those
that the IPFS node has.

A running \`dev\` tells chain and database; else give --rpc and DATABASE_URL (or let the tool start
the Postgres that \`dev\` left). Source lines come from the project: the compiler that graph-cli uses
makes the same code again with a source map. Ends with 1 when a handler fails.`,
  options: {
    rpc: { type: 'string', value: '<url>', help: 'JSON-RPC of the chain' },
    ipfs: { type: 'string', value: '<url>', help: 'node or gateway that has the files' },
    block: { type: 'string', value: '<number>', help: 'run this block in place of the failed one' },
    network: { type: 'string', value: '<name>', help: 'take addresses of networks.json' },
    'network-file': { type: 'string', value: '<file>', help: 'in place of networks.json' },
  },
  run: check,
}

async function check(input: CommandInput, output: Output): Promise<number> {
  const project = await openProject(input.words[0] ?? '.')
  const running = readRunFile(project)
  const node = text(input, 'rpc') ?? running?.rpcUrl ?? input.env.RPC_URL
  if (node === undefined) {
    throw new ToolError('which chain? No `dev` runs for this folder: name it with --rpc')
  }
  const rpcUrl = rpcUrls(node)
  const ipfs = text(input, 'ipfs') ?? running?.ipfsUrl ?? input.env.IPFS_URL
  const ipfsUrl = ipfs ? httpUrl(ipfs, '--ipfs') : undefined
  await buildProject(project, (line) => output.say(line))
  const network = text(input, 'network') ?? running?.network ?? undefined
  const build = await readProject(project, network, text(input, 'network-file'))
  const given = running?.databaseUrl ?? input.env.DATABASE_URL
  const postgres = given === undefined ? await startLocalPostgres(project) : null
  try {
    const databaseUrl = (given ?? postgres?.url) as string
    return await checkIn({ databaseUrl, rpcUrl, ipfsUrl }, project, build, input, output)
  } finally {
    await postgres?.stop()
  }
}

/** What a deployment is checked against. */
interface Surroundings {
  readonly databaseUrl: string
  readonly rpcUrl: string
  readonly ipfsUrl: string | undefined
}

async function checkIn(
  { databaseUrl, rpcUrl, ipfsUrl }: Surroundings,
  project: Project,
  build: SubgraphBuild,
  input: CommandInput,
  output: Output,
): Promise<number> {
  const pool = await openToolDatabase(databaseUrl)
  try {
    const store = await DeploymentStore.find(pool, build)
    if (store === null) {
      throw new ToolError(
        `this version of the project (${build.id}) was never indexed here: run \`tributary-subgraph dev\` first`,
      )
    }
    const chain = new ChainReader(new RpcClient(rpcUrl))
    await checkChain(store, chain, build)
    const asked = text(input, 'block')
    const errors = await store.errors.all()
    const error = errors.find(({ fatal }) => fatal) ?? errors.at(-1)
    const head = await store.chain.head()
    const first = (head?.number ?? firstStartBlock(build.dataSources) - 1) + 1
    const from = asked === undefined ? (error?.block?.number ?? first) : wholeNumber(asked)
    if (from === null) throw new UsageError(`--block \`${asked}\` is no block's number`)
    if (from > first) {
      throw new ToolError(`block ${from} comes later: block ${first - 1} is indexed so far`)
    }
    const to = asked !== undefined || error !== undefined ? from : null
    const modules = await compileMappings(build)
    const files = await filesOfReplay(build, store, contentOf(pool, ipfsUrl), from, from < first)
    const replayed = { build, store, chain, modules, files, from, to }
    const replay = await replayBlocks(replayed)
    for (const { level, message } of replay.logs) output.say(`  ${level}: ${message}`)
    if (replay.failure !== null) {
      const rerun: Rerun = async (wasmId, module) => {
        const others = new Map([...modules, [wasmId, module]])
        const again = await replayBlocks({ ...replayed, modules: others })
        return again.failure?.error
      }
      const explanation = await explainFailure(project, replay.failure, rerun)
      output.say(formatExplanation(explanation))
      output.tell({ failure: explanation })
      return 1
    }
    output.say(describeGood(replay.blocks, replay.changes))
    if (asked === undefined && error !== undefined) {
      output.say(`  the failure that is recorded does not come again: ${error.message}`)
    }
    if (files.missing.length > 0) {
      output.say(`  files that could not be had: ${files.missing.join(', ')}`)
    }
    output.tell({
      failure: null,
      blocks: replay.blocks.map(({ number }) => number),
      missingFiles: files.missing,
    })
    return 0
  } finally {
    await pool.end()
  }
}

/** @throws ToolError when the node does not answer, or with another chain than was indexed. */
async function checkChain(
  store: DeploymentStore,
  chain: ChainReader,
  build: SubgraphBuild,
): Promise<void> {
  try {
    const { chainId, genesisHash } = await chain.identity()
    await store.checkChain(build.manifest.network, chainId, genesisHash)
  } catch (cause) {
    const known = [RpcUnreachableError, RpcError, ChainReplacedError]
    if (!known.some((type) => cause instanceof type)) throw cause
    throw new ToolError(`${(cause as Error).message}; --rpc names the chain's node`, { cause })
  }
}

/** Where the host has its files from. */
function contentOf(pool: Pool, ipfsUrl: string | undefined): ContentSource {
  const uploaded = new DatabaseContent(pool)
  return ipfsUrl ? firstContent([uploaded, new IpfsContent(ipfsUrl)]) : uploaded
}

function describeGood(blocks: readonly Pick<ChainBlock, 'number'>[], changes: number): string {
  const [first] = blocks
  if (first === undefined) return 'nothing has failed, and no block waits to be indexed'
  const last = blocks.at(-1)?.number
  const range = blocks.length === 1 ? `block ${first.number}` : `blocks ${first.number} to ${last}`
  return `no handler fails in ${range}; ${changes} entities change`
}
