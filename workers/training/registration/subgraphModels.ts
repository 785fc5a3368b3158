import { querySubgraph } from '../../subgraph/querySubgraph.ts'
import type { FinalModels } from './chainModelRegistry.ts'

const FIELDS = '{ modelId owner { id } kind weightsHash manifestHash }'
const BY_WEIGHTS = `query ModelByWeights($weightsHash: Bytes!, $block: BigInt!) {
  models(first: 1, where: { weightsHash: $weightsHash, blockNumber_lte: $block }) ${FIELDS}
}`
const BY_ID = `query ModelById($modelId: BigInt!, $block: BigInt!) {
  models(first: 1, where: { modelId: $modelId, blockNumber_lte: $block }) ${FIELDS}
}`

interface Row {
  modelId: string
  owner: { id: string }
  kind: number
  weightsHash: string
  manifestHash: string
}

/**
 * Models as the subgraph has them.
 *
 * @param finalized gives the newest finalized block
 */
export function subgraphModels(url: string, finalized: () => Promise<number>): FinalModels {
  return {
    async find(by) {
      const block = String(await finalized())
      const { models } =
        'weightsHash' in by
          ? await querySubgraph<{ models: Row[] }>(url, BY_WEIGHTS, {
              weightsHash: by.weightsHash,
              block,
            })
          : await querySubgraph<{ models: Row[] }>(url, BY_ID, {
              modelId: by.modelId.toString(),
              block,
            })
      const model = models.at(0)
      if (model === undefined) return undefined
      return {
        modelId: BigInt(model.modelId),
        ownerId: BigInt(model.owner.id),
        kind: model.kind,
        weightsHash: model.weightsHash,
        manifestHash: model.manifestHash,
      }
    },
  }
}
