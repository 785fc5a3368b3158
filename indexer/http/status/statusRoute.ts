import { type GraphQLError, graphql } from 'graphql'
import type { Deployment, IndexingError } from '../../graphql/deployment.ts'
import { JsonNumber, parseJson } from '../../graphql/query/jsonValue.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { hasProof } from '../../poi/hasProof.ts'
import { ClientError } from '../clientError.ts'
import { entityChanges } from './entityChanges.ts'
import { STATUS_SCHEMA } from './statusSchema.ts'
import { subgraphSize } from './subgraphSize.ts'

const MAX_ERRORS = 1000
/** Proofs in one request at most. */
const MAX_PROOFS = 10
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
/** The one version of the query dialect that there is. */
const QUERY_API_VERSION = '1.0.0'

/** Answers a request to the index-node route, where tools ask how far subgraphs are. */
export async function answerStatus(
  deployments: readonly Deployment[],
  body: string,
): Promise<string> {
  const { query, variables } = readRequest(body)
  const withoutProof: Record<string, string> = {}
  const result = await graphql({
    schema: STATUS_SCHEMA,
    source: query,
    variableValues: variables,
    rootValue: rootValue(deployments, withoutProof),
  })
  return JSON.stringify({
    data: result.data ?? undefined,
    errors: result.errors?.map(toldError),
    extensions: Object.keys(withoutProof).length > 0 ? { withoutProof } : undefined,
  })
}

/** graph-node's words where a value is missing; other messages are told as they are. */
function toldError({ message, locations }: GraphQLError): object {
  const missing = /^Cannot return null for non-nullable field \w+\.(\w+)\.$/.exec(message)
  const text = missing ? `Null value resolved for non-null field \`${missing[1]}\`` : message
  return { locations, message: text }
}

function readRequest(body: string): { query: string; variables: Record<string, unknown> } {
  let json: unknown
  try {
    json = parseJson(body)
  } catch (cause) {
    throw new ClientError(`the body is not JSON: ${(cause as Error).message}`, { cause })
  }
  const request = plain(json) as { query?: unknown; variables?: unknown } | null
  if (typeof request?.query !== 'string') {
    throw new ClientError('The "query" field is missing in request data')
  }
  return { query: request.query, variables: (request.variables ?? {}) as Record<string, unknown> }
}

function plain(json: unknown): unknown {
  if (json instanceof JsonNumber) return Number(json.source)
  if (Array.isArray(json)) return json.map(plain)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, plain(value)]))
}

/** @param withoutProof told why deployments that were asked for a proof can have none, by id. */
function rootValue(
  deployments: readonly Deployment[],
  withoutProof: Record<string, string>,
): object {
  const named = (name: string) => deployments.find((deployment) => deployment.names.has(name))
  const statusOfName = async ({ subgraphName }: { subgraphName: string }) => {
    const deployment = named(subgraphName)
    return deployment ? status(deployment) : null
  }
  return {
    indexingStatusForCurrentVersion: statusOfName,
    // A new version takes the old one's place at once: none is ever pending.
    indexingStatusForPendingVersion: () => null,
    indexingStatusesForSubgraphName: async (args: { subgraphName: string }) => {
      const found = await statusOfName(args)
      return found ? [found] : []
    },
    indexingStatuses: ({ subgraphs }: { subgraphs?: readonly string[] | null }) => {
      const wanted = deployments.filter((deployment) => {
        return !subgraphs || subgraphs.includes(deployment.id)
      })
      return Promise.all(wanted.map(status))
    },
    blockHashFromNumber: async (args: { network: string; blockNumber: number }) => {
      const deployment = deployments.find((known) => known.features.network === args.network)
      const hash = (await deployment?.chainBlockHash(args.blockNumber)) ?? null
      return hash && bare(hash)
    },
    proofOfIndexing: async (args: ProofArguments) => {
      const block = { number: args.blockNumber, hash: prefixed(args.blockHash) }
      const indexer = args.indexer ? prefixed(args.indexer) : null
      return (await prover(args.subgraph)?.proofOfIndexing(block, indexer)) ?? null
    },
    publicProofsOfIndexing: ({ requests }: { requests: readonly PublicProofRequest[] }) => {
      if (requests.length > MAX_PROOFS) throw new Error('query is too expensive')
      return Promise.all(
        requests.map((request) => publicProof(prover(request.deployment), request)),
      )
    },
    subgraphFeatures: ({ subgraphId }: { subgraphId: string }) => deployed(subgraphId).features,
    entityChangesInBlock: (args: { subgraphId: string; blockNumber: number }) => {
      return entityChanges(deployed(args.subgraphId), args.blockNumber)
    },
    // Blocks and calls are not kept after their handlers have run.
    blockData: () => null,
    cachedEthereumCalls: () => null,
    version: () => ({ version: packageJson.version, commit: '' }),
    apiVersions: () => [{ version: QUERY_API_VERSION }],
  }

  /** A deployment that is asked for a proof. */
  function prover(id: string): Deployment | undefined {
    const deployment = byId(id)
    if (deployment && !hasProof(deployment.features)) withoutProof[id] = noProof(deployment)
    return deployment
  }

  function byId(id: string): Deployment | undefined {
    return deployments.find((deployment) => deployment.id === id)
  }

  function deployed(id: string): Deployment {
    const deployment = byId(id)
    if (!deployment) throw new Error(`deployment \`${id}\` does not exist`)
    return deployment
  }
}

function noProof({ features }: Deployment): string {
  return `there are no proofs of indexing for specVersion ${features.specVersion}: below 0.0.6 they are made of another hash, so raise the manifest's specVersion to 0.0.6 or more`
}

interface ProofArguments {
  readonly subgraph: string
  readonly blockNumber: number
  readonly blockHash: string
  readonly indexer?: string | null
}

interface PublicProofRequest {
  readonly deployment: string
  readonly blockNumber: string | number
}

async function publicProof(
  deployment: Deployment | undefined,
  request: PublicProofRequest,
): Promise<object> {
  const number = Number(request.blockNumber)
  const hash = (await deployment?.chainBlockHash(number)) ?? null
  const proof = hash && (await deployment?.proofOfIndexing({ number, hash }, ZERO_ADDRESS))
  return {
    deployment: request.deployment,
    block: { number: String(number), hash: proof ? bare(hash as string) : null },
    proofOfIndexing: proof ?? null,
  }
}

async function status(deployment: Deployment): Promise<object> {
  const [state, head] = await Promise.all([deployment.status(), deployment.headBlock()])
  const latestBlock = head && block(head)
  return {
    subgraph: deployment.id,
    synced: state.synced,
    health: state.health,
    fatalError: state.fatalError && indexingError(state.fatalError),
    nonFatalErrors: state.nonFatalErrors.slice(0, MAX_ERRORS).map(indexingError),
    chains: [
      {
        __typename: 'EthereumIndexingStatus',
        network: state.network,
        chainHeadBlock: state.chainHead && block(state.chainHead),
        earliestBlock: { hash: '0x0', number: String(deployment.earliestBlock) },
        latestBlock,
        // graph-node has the field, and never fills it.
        lastHealthyBlock: null,
      },
    ],
    entityCount: () => deployment.entityCount(),
    node: state.node,
    paused: state.paused,
    historyBlocks: deployment.historyBlocks,
    subgraphSize: () => subgraphSize(deployment),
  }
}

function indexingError(error: IndexingError): object {
  const at = error.block
  // Here graph-node writes the hash in full.
  return { ...error, block: at && { ...block(at), hash: at.hash } }
}

function block({ hash, number }: { hash: string; number: number }): object {
  return { hash: bare(hash), number: String(number) }
}

/** graph-node writes most hashes without `0x` on these routes, and reads them either way. */
function bare(hash: string): string {
  return hash.replace(/^0x/, '')
}

function prefixed(hash: string): string {
  return `0x${bare(hash).toLowerCase()}`
}
