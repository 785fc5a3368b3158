import { type ModelManifest, readModelManifest } from '@tributary/protocol/messages/modelManifest'
import type { SnapshotJson } from '@tributary/protocol/messages/snapshot'
import type { SubgraphClient } from '../subgraph/subgraphClient.ts'
import { GatewayError } from './errors.ts'

/** A registered model version that can answer. */
export interface CatalogueModel {
  modelId: bigint
  alias: string
  version: number
  kind: 'base' | 'adapter'
  ownerId: bigint
  baseHash: string
  /** Null for a base model. */
  adapterHash: string | null
  featuresHash: string | null
  manifestHash: string
  snapshots: SnapshotJson[]
  training: ModelManifest['training']
  createdAt: number
}

interface Row {
  modelId: string
  owner: { accountId: string }
  weightsHash: string
  manifestHash: string
  timestamp: string
  trainings: { datanet: { datanetId: string }; snapshotRoot: string; lastRecordNo: string }[]
}

const QUERY = `query ($after: BigInt!) {
  models(first: 1000, orderBy: modelId, orderDirection: asc, where: { modelId_gt: $after }) {
    modelId owner { accountId } weightsHash manifestHash timestamp
    trainings { datanet { datanetId } snapshotRoot lastRecordNo }
  }
}`

/** How long a look at the chain serves; a name that is not known looks again at once. */
const FRESH_MS = 5000

/**
 * The models that are registered on chain, with what their manifests say. Manifests are addressed
 * by content, so each is read once.
 */
export class ModelCatalogue {
  readonly #subgraph: SubgraphClient
  readonly #readContent: (hash: string) => Promise<Uint8Array>
  readonly #models = new Map<bigint, CatalogueModel>()
  /** Models whose manifest could not be read, with the reason. */
  readonly #broken = new Map<bigint, string>()
  #looked = 0
  #last = 0n

  constructor(subgraph: SubgraphClient, readContent: (hash: string) => Promise<Uint8Array>) {
    this.#subgraph = subgraph
    this.#readContent = readContent
  }

  /** Every model that can answer, oldest first. */
  async list(): Promise<CatalogueModel[]> {
    await this.#look(FRESH_MS)
    return [...this.#models.values()]
  }

  /**
   * The model of a name: `alias` (its newest version), `alias@version`, or `sha256:<hash>` of an
   * adapter or a base. Throws a GatewayError (404).
   */
  async resolve(name: string): Promise<CatalogueModel> {
    await this.#look(FRESH_MS)
    let found = this.#find(name)
    if (!found) {
      await this.#look(0)
      found = this.#find(name)
    }
    if (!found) {
      throw new GatewayError(
        404,
        'model_not_found',
        `no registered model is called "${name}"; GET /v1/models lists them`,
      )
    }
    return found
  }

  async byId(modelId: bigint): Promise<CatalogueModel | undefined> {
    if (!this.#models.has(modelId)) await this.#look(0)
    return this.#models.get(modelId)
  }

  #find(name: string): CatalogueModel | undefined {
    const models = [...this.#models.values()].reverse()
    const hash = /^sha256:(?:0x)?([0-9a-f]{64})$/i.exec(name)?.[1]?.toLowerCase()
    if (hash) {
      return models.find((model) => (model.adapterHash ?? model.baseHash) === `0x${hash}`)
    }
    const [, alias, version] = /^(.*?)(?:@v?(\d+))?$/.exec(name) ?? []
    return models
      .filter((model) => model.alias === alias)
      .filter((model) => version === undefined || model.version === Number(version))
      .sort((a, b) => b.version - a.version)[0]
  }

  async #look(freshMs: number): Promise<void> {
    if (Date.now() - this.#looked < freshMs) return
    // Those that failed to read are looked at again too: their manifest may have come since.
    const after = this.#broken.size > 0 ? least([...this.#broken.keys()]) - 1n : this.#last
    const { models } = await this.#subgraph.query<{ models: Row[] }>(QUERY, {
      after: after.toString(),
    })
    for (const row of models) {
      const modelId = BigInt(row.modelId)
      if (modelId > this.#last) this.#last = modelId
      if (this.#models.has(modelId)) continue
      try {
        const bytes = await this.#readContent(row.manifestHash)
        const manifest = readModelManifest(bytes)
        this.#models.set(modelId, {
          modelId,
          alias: manifest.alias,
          version: manifest.version,
          kind: manifest.kind,
          ownerId: BigInt(row.owner.accountId),
          baseHash: manifest.base,
          adapterHash: manifest.adapter,
          featuresHash: manifest.features?.hash ?? null,
          manifestHash: row.manifestHash,
          snapshots: row.trainings.map(({ datanet, snapshotRoot, lastRecordNo }) => ({
            datanetId: datanet.datanetId,
            snapshotRoot,
            lastRecordNo,
          })),
          training: manifest.training,
          createdAt: Number(row.timestamp),
        })
        this.#broken.delete(modelId)
      } catch (error) {
        this.#broken.set(modelId, (error as Error).message)
      }
    }
    this.#looked = Date.now()
  }
}

function least(values: bigint[]): bigint {
  let found = values[0] ?? 0n
  for (const value of values) if (value < found) found = value
  return found
}
