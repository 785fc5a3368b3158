import { epochTotals } from '@tributary/analytics/queries/epochTotals'
import { chainPoint } from '../chainPoint.ts'
import { BATCH, EPOCH, type EpochRow, PAYMENT } from '../chainRows.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../pageSize.ts'
import { ROLE_NAMES } from '../roles.ts'
import { dateTime } from '../scalars/dateTime.ts'

interface First {
  first?: number | null
}

export const epochQuery = async (_: unknown, { id }: { id: bigint }, { parts }: Context) => {
  const { epoch } = await parts.subgraph.query<{ epoch: EpochRow | null }>(
    `query ($id: ID!) { epoch(id: $id) { ${EPOCH} } }`,
    { id: id.toString() },
  )
  return epoch
}

export const epochsQuery = async (_: unknown, { first }: First, { parts }: Context) => {
  const { epoches } = await parts.subgraph.query<{ epoches: EpochRow[] }>(
    `query ($first: Int!) {
      epoches(first: $first, orderBy: epochId, orderDirection: desc) { ${EPOCH} }
    }`,
    { first: pageSize(first, 20) },
  )
  return epoches
}

export const Epoch = {
  activatesAt: ({ activatesAt }: EpochRow) => dateTime(activatesAt),
  settled: async ({ status, activatesAt }: EpochRow, _: unknown, context: Context) =>
    status === 'ACTIVATED' ||
    (status === 'POSTED' && (await context.heads()).latest.timestamp >= Number(activatesAt)),
  batches: async ({ epochId }: EpochRow, _: unknown, { parts }: Context) => {
    const { batches } = await parts.subgraph.query<{ batches: unknown[] }>(
      `query ($epoch: String!) {
        batches(first: 1000, where: { epoch: $epoch }, orderBy: batchId) { ${BATCH} }
      }`,
      { epoch: epochId },
    )
    return batches
  },
  roles: async ({ epochId }: EpochRow, _: unknown, { parts }: Context) => {
    const rows = await epochTotals(parts.analytics, { epochIds: [Number(epochId)] })
    return rows.map(({ role, wei }) => ({ role: ROLE_NAMES[role], wei }))
  },
  payments: async ({ epochId }: EpochRow, { first }: First, { parts }: Context) => {
    const { payments } = await parts.subgraph.query<{ payments: unknown[] }>(
      `query ($epoch: String!, $first: Int!) {
        payments(first: $first, where: { epoch: $epoch }, orderBy: amount, orderDirection: desc) { ${PAYMENT} }
      }`,
      { epoch: epochId, first: pageSize(first, 100) },
    )
    return payments
  },
  postedAt: (row: EpochRow, _: unknown, context: Context) => chainPoint(row, context),
  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}
