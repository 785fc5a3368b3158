import { accountEarnings } from '@tributary/analytics/queries/accountEarnings'
import { accountInferences } from '@tributary/analytics/queries/accountInferences'
import { accountTotals } from '@tributary/analytics/queries/accountTotals'
import { inferenceRows } from '../../receipts/inferenceRow.ts'
import { ACCOUNT, type AccountRow, CONTRIBUTION, PAYMENT } from '../chainRows.ts'
import type { Context } from '../context.ts'
import { pageSize } from '../pageSize.ts'
import { pendingWei } from '../pendingWei.ts'
import { ROLE_NAMES } from '../roles.ts'

interface First {
  first?: number | null
}

export const contributorQuery = async (
  _: unknown,
  { id, address }: { id?: bigint | null; address?: string | null },
  context: Context,
): Promise<AccountRow | null> => {
  if (id !== undefined && id !== null) return context.loaders.account.load(id.toString())
  if (!address) return null
  // An address can be the payee of several accounts; the one with most records is meant.
  const { accounts } = await context.parts.subgraph.query<{ accounts: AccountRow[] }>(
    `query ($payee: Bytes!) {
      accounts(first: 1, where: { payee: $payee }, orderBy: recordCount, orderDirection: desc) { ${ACCOUNT} }
    }`,
    { payee: address },
  )
  return accounts[0] ?? null
}

export const contributorsQuery = async (
  _: unknown,
  { first }: First,
  { parts }: Context,
): Promise<AccountRow[]> => {
  const { accounts } = await parts.subgraph.query<{ accounts: AccountRow[] }>(
    `query ($first: Int!) {
      accounts(first: $first, where: { contributionCount_gt: 0 }, orderBy: paid, orderDirection: desc) { ${ACCOUNT} }
    }`,
    { first: pageSize(first, 50) },
  )
  return accounts
}

export const Contributor = {
  label: ({ accountId }: AccountRow, _: unknown, { loaders }: Context) =>
    loaders.label.load(accountId),

  earnings: async ({ accountId, paid }: AccountRow, _: unknown, { parts }: Context) => {
    const [rows, pending] = await Promise.all([
      accountTotals(parts.analytics, { accountIds: [BigInt(accountId)] }),
      pendingWei(parts, accountId),
    ])
    const total = rows.reduce((sum, { wei }) => sum + wei, 0n)
    const unpaid = total - BigInt(paid)
    return { total, paid, unpaid: unpaid > 0n ? unpaid : 0n, pending }
  },

  epochs: async ({ accountId }: AccountRow, { first }: First, { parts }: Context) => {
    const size = pageSize(first, 50)
    // An epoch has a row a role and path: six roles pay one account at most.
    const rows = await accountEarnings(parts.analytics, {
      accountIds: [BigInt(accountId)],
      limit: size * 6,
    })
    const byEpoch = new Map<number, { wei: bigint; inferences: bigint }>()
    for (const { epochId, wei, lines } of rows) {
      const known = byEpoch.get(epochId) ?? { wei: 0n, inferences: 0n }
      byEpoch.set(epochId, { wei: known.wei + wei, inferences: known.inferences + lines })
    }
    return [...byEpoch]
      .sort(([a], [b]) => b - a)
      .slice(0, size)
      .map(([epochId, sums]) => ({ epochId, ...sums }))
  },

  contributions: async ({ accountId }: AccountRow, { first }: First, { parts }: Context) => {
    const { contributions } = await parts.subgraph.query<{ contributions: unknown[] }>(
      `query ($account: String!, $first: Int!) {
        contributions(first: $first, where: { account: $account }, orderBy: contributionId, orderDirection: desc) { ${CONTRIBUTION} }
      }`,
      { account: accountId, first: pageSize(first, 20) },
    )
    return contributions
  },

  inferences: async ({ accountId }: AccountRow, { first }: First, { parts }: Context) => {
    const rows = await accountInferences(parts.analytics, {
      accountIds: [BigInt(accountId)],
      limit: pageSize(first, 20),
    })
    if (rows.length === 0) return []
    const numbers = [...new Set(rows.map(({ inferenceNo }) => inferenceNo.toString()))]
    const known = new Map(
      (await inferenceRows(parts.database, { numbers, limit: numbers.length })).map((row) => [
        row.inference_no,
        row,
      ]),
    )
    return rows.map((row) => {
      const inference = known.get(row.inferenceNo.toString())
      return {
        ...row,
        role: ROLE_NAMES[row.role],
        requestId: inference?.request_id ?? null,
        model: inference?.model ?? null,
        question: inference?.is_public ? (inference.messages.at(-1)?.content ?? null) : null,
        at: row.ts.toISOString(),
      }
    })
  },

  payments: async ({ accountId }: AccountRow, { first }: First, { parts }: Context) => {
    const { payments } = await parts.subgraph.query<{ payments: unknown[] }>(
      `query ($account: String!, $first: Int!) {
        payments(first: $first, where: { account: $account }, orderBy: blockNumber, orderDirection: desc) { ${PAYMENT} }
      }`,
      { account: accountId, first: pageSize(first, 50) },
    )
    return payments
  },

  asOf: (_: unknown, __: unknown, context: Context) => context.asOf(),
}
