import { datanetEarnings } from '@tributary/analytics/queries/datanetEarnings'
import { datanetRecordCounts } from '@tributary/analytics/queries/datanetRecordCounts'
import { datanetTopRecords } from '@tributary/analytics/queries/datanetTopRecords'
import { chainPoint } from '../chainPoint.ts'
import {
  CONTRIBUTION,
  type ContributionRow,
  DATANET,
  type DatanetRow,
  MODEL,
} from '../chainRows.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../pageSize.ts'

interface First {
  first?: number | null
}

export const datanetQuery = (_: unknown, { id }: { id: bigint }, { loaders }: Context) =>
  loaders.datanet.load(id.toString())

export const datanetsQuery = async (_: unknown, { first }: First, { parts }: Context) => {
  const { datanets } = await parts.subgraph.query<{ datanets: DatanetRow[] }>(
    `query ($first: Int!) {
      datanets(first: $first, orderBy: datanetId, orderDirection: asc) { ${DATANET} }
    }`,
    { first: pageSize(first, 20) },
  )
  return datanets
}

export const Datanet = {
  name: async ({ metaHash, datanetId }: DatanetRow, _: unknown, { loaders }: Context) =>
    (await loaders.datanetMeta.load(metaHash)).name ?? `Datanet ${datanetId}`,
  description: async ({ metaHash }: DatanetRow, _: unknown, { loaders }: Context) =>
    (await loaders.datanetMeta.load(metaHash)).description,
  owner: ({ owner }: DatanetRow, _: unknown, { loaders }: Context) =>
    loaders.account.load(owner.accountId),
  indexedRecords: async ({ datanetId }: DatanetRow, _: unknown, { parts }: Context) => {
    const [row] = await datanetRecordCounts(parts.analytics, { datanetIds: [BigInt(datanetId)] })
    return row?.records ?? 0n
  },
  earned: async ({ datanetId }: DatanetRow, _: unknown, { parts }: Context) => {
    const [row] = await datanetEarnings(parts.analytics, { datanetIds: [BigInt(datanetId)] })
    return row?.wei ?? 0n
  },
  contributions: async ({ datanetId }: DatanetRow, { first }: First, { parts }: Context) => {
    const { contributions } = await parts.subgraph.query<{ contributions: ContributionRow[] }>(
      `query ($datanet: String!, $first: Int!) {
        contributions(first: $first, where: { datanet: $datanet }, orderBy: contributionId, orderDirection: desc) { ${CONTRIBUTION} }
      }`,
      { datanet: datanetId, first: pageSize(first, 20) },
    )
    return contributions
  },
  topRecords: async ({ datanetId }: DatanetRow, { first }: First, { parts, loaders }: Context) => {
    const rows = await datanetTopRecords(parts.analytics, {
      datanetIds: [BigInt(datanetId)],
      limit: pageSize(first, 10),
    })
    return Promise.all(
      rows.map(async ({ recordNo, wei, lines }) => ({
        record: await loaders.record.load(recordNo.toString()),
        wei,
        inferences: lines,
      })),
    ).then((all) => all.filter(({ record }) => record !== null))
  },
  models: async ({ datanetId }: DatanetRow, _: unknown, { parts }: Context) => {
    const { modelTrainings } = await parts.subgraph.query<{ modelTrainings: { model: unknown }[] }>(
      `query ($datanet: String!) {
        modelTrainings(first: 100, where: { datanet: $datanet }, orderBy: blockNumber, orderDirection: desc) { model { ${MODEL} } }
      }`,
      { datanet: datanetId },
    )
    return modelTrainings.map(({ model }) => model)
  },
  createdAt: (row: DatanetRow, _: unknown, context: Context) =>
    chainPoint(
      {
        blockNumber: row.createdBlock,
        timestamp: row.createdAt,
        transactionHash: row.transactionHash,
      },
      context,
    ),
  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}
