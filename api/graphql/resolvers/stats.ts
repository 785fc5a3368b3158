import { statsTotals } from '@tributary/analytics/queries/statsTotals'
import { PROTOCOL, type ProtocolRow } from '../chainRows.ts'
import type { Context } from '../context.ts'
import { ROLE_NAMES } from '../roles.ts'

const NOTHING: ProtocolRow = {
  accounts: 0,
  datanets: 0,
  contributions: 0,
  records: 0,
  models: 0,
  batches: 0,
  inferences: '0',
  epochs: 0,
  fees: '0',
  deposited: '0',
  collected: '0',
  paid: '0',
  gOpenSupply: '0',
  paramsVersion: 0,
}

export const statsQuery = async (_: unknown, __: unknown, { parts }: Context) => {
  const { protocol } = await parts.subgraph.query<{ protocol: ProtocolRow | null }>(
    `{ protocol(id: "tributary") { ${PROTOCOL} } }`,
  )
  return protocol ?? NOTHING
}

export const Stats = {
  contributors: async (_: unknown, __: unknown, { parts }: Context) => {
    const { accounts } = await parts.subgraph.query<{ accounts: { id: string }[] }>(
      '{ accounts(first: 1000, where: { contributionCount_gt: 0 }) { id } }',
    )
    return accounts.length
  },
  /** What this gateway has metered, so that an answer counts at once. */
  inferences: async (_: unknown, __: unknown, { parts }: Context) => {
    const { count } = await parts.database
      .selectFrom('inference')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  },
  roles: async (_: unknown, __: unknown, { parts }: Context) => {
    const { roles } = await statsTotals(parts.analytics)
    return roles.map(({ role, wei }) => ({ role: ROLE_NAMES[role], wei }))
  },
  ledgerWei: async (_: unknown, __: unknown, { parts }: Context) => {
    const { roles } = await statsTotals(parts.analytics)
    return roles.reduce((sum, { wei }) => sum + wei, 0n)
  },
  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}
