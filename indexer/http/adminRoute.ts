import { ManifestError } from '../manifest/manifestError.ts'
import { isDeploymentId, isSubgraphName } from './subgraphName.ts'

/** What changes the set of deployments. */
export interface SubgraphRegistrar {
  create(name: string): Promise<string>
  deployUploaded(name: string, id: string, node?: string): Promise<void>
  remove(name: string): Promise<void>
  reassign(id: string, node: string): Promise<void>
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  rewind(id: string, block: number): Promise<number | null>
}

type Params = Readonly<Record<string, unknown>>

/** One JSON-RPC method: the code of its errors, and what it does. */
interface Method {
  readonly code: number
  readonly run: (params: Params, context: AdminContext) => Promise<unknown>
}

/** What the methods work on. */
export interface AdminContext {
  readonly subgraphs: SubgraphRegistrar
  /** Port of the query routes, which `subgraph_deploy` tells. */
  readonly queryPort: number
}

class InvalidParams extends Error {}

const METHODS: Readonly<Record<string, Method>> = {
  subgraph_deploy: {
    code: 0,
    run: async (params, { subgraphs, queryPort }) => {
      const name = subgraphName(params)
      const node = params.node_id === undefined ? undefined : text(params, 'node_id')
      await subgraphs.deployUploaded(name, deploymentId(params, 'ipfs_hash'), node)
      const queries = `:${queryPort}/subgraphs/name/${name}`
      return { playground: `${queries}/graphql`, queries }
    },
  },
  subgraph_remove: {
    code: 1,
    run: async (params, { subgraphs }) => {
      await subgraphs.remove(subgraphName(params))
      return null
    },
  },
  subgraph_create: {
    code: 2,
    run: async (params, { subgraphs }) => ({ id: await subgraphs.create(subgraphName(params)) }),
  },
  subgraph_reassign: {
    code: 3,
    run: async (params, { subgraphs }) => {
      await subgraphs.reassign(deploymentId(params, 'ipfs_hash'), text(params, 'node_id'))
      return null
    },
  },
  subgraph_pause: {
    code: 4,
    run: async (params, { subgraphs }) => {
      await subgraphs.pause(deploymentId(params, 'deployment'))
      return null
    },
  },
  // An extension: graph-node has it in graphman only.
  subgraph_rewind: {
    code: 6,
    run: async (params, { subgraphs }) => {
      const { block } = params
      if (!Number.isSafeInteger(block) || (block as number) < 0) {
        throw new InvalidParams('`block` must be the number of a block')
      }
      const id = deploymentId(params, 'deployment')
      return { block: await subgraphs.rewind(id, block as number) }
    },
  },
  subgraph_resume: {
    code: 5,
    run: async (params, { subgraphs }) => {
      await subgraphs.resume(deploymentId(params, 'deployment'))
      return null
    },
  },
}

/**
 * Answers a JSON-RPC request, or a batch of them, that changes what is deployed. A notification is
 * carried out without an answer of its own.
 *
 * @returns the answer's JSON text.
 */
export async function answerAdmin(body: string, context: AdminContext): Promise<string> {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return JSON.stringify(failure(null, -32700, 'Parse error'))
  }
  if (!Array.isArray(json)) {
    return JSON.stringify((await answerOne(json, context)) ?? success(null, null))
  }
  if (json.length === 0) return JSON.stringify(failure(null, -32600, 'Invalid Request'))
  const answers: object[] = []
  for (const request of json) {
    const answer = await answerOne(request, context)
    if (answer) answers.push(answer)
  }
  return JSON.stringify(answers)
}

async function answerOne(request: unknown, context: AdminContext): Promise<object | null> {
  const { jsonrpc, id, method, params } = (request ?? {}) as Params
  if (jsonrpc !== '2.0' || typeof method !== 'string') {
    return failure(null, -32600, 'Invalid Request')
  }
  const answer = await call(method, params, id ?? null, context)
  return id === undefined || id === null ? null : answer
}

async function call(
  name: string,
  params: unknown,
  id: unknown,
  context: AdminContext,
): Promise<object> {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : null
  if (!method) return failure(id, -32601, 'Method not found')
  try {
    return success(id, await method.run((params ?? {}) as Params, context))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error instanceof InvalidParams) {
      return failure(id, -32602, `Invalid params: ${error.message}`)
    }
    return failure(id, method.code, error instanceof ManifestError ? error.told : error.message)
  }
}

function success(id: unknown, result: unknown): object {
  return { jsonrpc: '2.0', result, id }
}

function failure(id: unknown, code: number, message: string): object {
  return { jsonrpc: '2.0', error: { code, message }, id }
}

function text(params: Params, key: string): string {
  const value = params[key]
  if (typeof value === 'string' && value !== '') return value
  throw new InvalidParams(value === undefined ? `missing field \`${key}\`` : `bad \`${key}\``)
}

function subgraphName(params: Params): string {
  const name = text(params, 'name')
  if (isSubgraphName(name)) return name
  throw new InvalidParams(`invalid value: string "${name}", expected valid subgraph name`)
}

function deploymentId(params: Params, key: string): string {
  const id = text(params, key)
  if (isDeploymentId(id)) return id
  throw new InvalidParams(`invalid value: string "${id}", expected valid subgraph ID`)
}
