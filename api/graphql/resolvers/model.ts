import { modelUsage } from '@tributary/analytics/queries/modelUsage'
import { chainPoint } from '../chainPoint.ts'
import { MODEL, type ModelRow } from '../chainRows.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../pageSize.ts'

const KINDS = ['base', 'adapter']

export const modelQuery = async (
  _: unknown,
  { id, name }: { id?: bigint | null; name?: string | null },
  { loaders, parts }: Context,
) => {
  if (id !== undefined && id !== null) return loaders.model.load(id.toString())
  if (!name) return null
  const model = await parts.catalogue.resolve(name)
  return loaders.model.load(model.modelId.toString())
}

export const modelsQuery = async (
  _: unknown,
  { first }: { first?: number | null },
  { parts }: Context,
) => {
  const { models } = await parts.subgraph.query<{ models: ModelRow[] }>(
    `query ($first: Int!) {
      models(first: $first, orderBy: modelId, orderDirection: desc) { ${MODEL} }
    }`,
    { first: pageSize(first, 20) },
  )
  return models
}

export const Model = {
  name: async ({ modelId }: ModelRow, _: unknown, { parts }: Context) => {
    const model = await parts.catalogue.byId(BigInt(modelId))
    return model ? `${model.alias}@${model.version}` : `model ${modelId}`
  },
  kind: ({ kind }: ModelRow) => KINDS[kind] ?? `kind ${kind}`,
  owner: ({ owner }: ModelRow, _: unknown, { loaders }: Context) =>
    loaders.account.load(owner.accountId),
  datanets: ({ trainings }: ModelRow, _: unknown, { loaders }: Context) =>
    trainings.map(({ datanet, snapshotRoot, lastRecordNo }) => ({
      datanet: loaders.datanet.load(datanet.datanetId),
      snapshotRoot,
      lastRecordNo,
    })),
  training: async ({ modelId }: ModelRow, _: unknown, { parts }: Context) => {
    const model = await parts.catalogue.byId(BigInt(modelId))
    if (!model?.training) return null
    return { ...model.training, records: model.training.recordNos.length }
  },
  inferences: async ({ modelId }: ModelRow, _: unknown, { parts }: Context) => {
    const [row] = await modelUsage(parts.analytics, { modelIds: [BigInt(modelId)] })
    return row?.inferences ?? 0n
  },
  fees: async ({ modelId }: ModelRow, _: unknown, { parts }: Context) => {
    const [row] = await modelUsage(parts.analytics, { modelIds: [BigInt(modelId)] })
    return row?.fee ?? 0n
  },
  registeredAt: (row: ModelRow, _: unknown, context: Context) => chainPoint(row, context),
  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}
