import { graphql } from 'graphql'
import type { Deployment, IndexingError } from '../graphql/deployment.ts'
import { JsonNumber, parseJson } from '../graphql/query/jsonValue.ts'
import { BodyError } from './readBody.ts'
import { STATUS_SCHEMA } from './statusSchema.ts'

const MAX_ERRORS = 1000
/** graph-node's way to say that a deployment keeps its whole history. */
const ALL_HISTORY = 2147483647

/** Answers a request to the index-node route, where tools ask how far subgraphs are. */
export async function answerStatus(
  deployments: readonly Deployment[],
  body: string,
): Promise<string> {
  const { query, variables } = readRequest(body)
  const result = await graphql({
    schema: STATUS_SCHEMA,
    source: query,
    variableValues: variables,
    rootValue: rootValue(deployments),
  })
  return JSON.stringify(result)
}

function readRequest(body: string): { query: string; variables: Record<string, unknown> } {
  let json: unknown
  try {
    json = parseJson(body)
  } catch (cause) {
    throw new BodyError(`the body is not JSON: ${(cause as Error).message}`, { cause })
  }
  const request = plain(json) as { query?: unknown; variables?: unknown } | null
  if (typeof request?.query !== 'string') {
    throw new BodyError('The "query" field is missing in request data')
  }
  return { query: request.query, variables: (request.variables ?? {}) as Record<string, unknown> }
}

function plain(json: unknown): unknown {
  if (json instanceof JsonNumber) return Number(json.source)
  if (Array.isArray(json)) return json.map(plain)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, plain(value)]))
}

function rootValue(deployments: readonly Deployment[]): object {
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
      for (const deployment of deployments) {
        const { network } = await deployment.status()
        if (network !== args.network) continue
        const hash = await deployment.blockHash(args.blockNumber)
        if (hash !== null) return bare(hash)
      }
      return null
    },
  }
}

async function status(deployment: Deployment): Promise<object> {
  const [state, head] = await Promise.all([deployment.status(), deployment.headBlock()])
  const latestBlock = head && block(head)
  const firstError = state.fatalError?.block ?? null
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
        lastHealthyBlock: firstError && latestBlock,
      },
    ],
    entityCount: state.entityCount,
    node: state.node,
    paused: state.paused,
    historyBlocks: ALL_HISTORY,
  }
}

function indexingError(error: IndexingError): object {
  return { ...error, block: error.block && block(error.block) }
}

function block({ hash, number }: { hash: string; number: number }): object {
  return { hash: bare(hash), number: String(number) }
}

/** graph-node writes hashes without `0x` on these routes. */
function bare(hash: string): string {
  return hash.replace(/^0x/, '')
}
