import { connectContracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import type { JsonRpcProvider } from 'ethers'

/** The same money as three independent sources know it, in wei. */
export interface Money {
  /** Σ wei·sign of the ledger, by ClickHouse SQL. */
  ledgerWei: bigint
  /** Σ of the Paid events, by the subgraph's GraphQL. */
  subgraphWei: bigint
  /** What the settlement contract has paid, by eth_call. */
  contractWei: bigint
  /** Fees of all inferences in the analytics. */
  feeWei: bigint
  /** The ledger by role. */
  roles: Map<string, bigint>
}

/** Reads what was paid from ledger, subgraph and contract, each by its own way. */
export async function readMoney(options: {
  provider: JsonRpcProvider
  deployment: Deployment
  subgraphUrl: string
  clickhouseUrl: string
}): Promise<Money> {
  const { settlement } = connectContracts(options.deployment, options.provider)
  const [contractWei, subgraphWei, roleRows, feeRows] = await Promise.all([
    settlement.totalPaid() as Promise<bigint>,
    paidBySubgraph(options.subgraphUrl),
    clickhouse<{ role: string; wei: string }>(
      options.clickhouseUrl,
      'SELECT role, toString(sum(wei * sign)) AS wei FROM tributary.ledger GROUP BY role ORDER BY role',
    ),
    clickhouse<{ fee: string }>(
      options.clickhouseUrl,
      'SELECT toString(sum(fee)) AS fee FROM tributary.inference',
    ),
  ])
  const roles = new Map(roleRows.map(({ role, wei }) => [role, BigInt(wei)]))
  return {
    ledgerWei: [...roles.values()].reduce((sum, wei) => sum + wei, 0n),
    subgraphWei,
    contractWei,
    feeWei: BigInt(feeRows[0]?.fee ?? 0),
    roles,
  }
}

async function paidBySubgraph(url: string): Promise<bigint> {
  let total = 0n
  // Pages by id: the payments of a long-lived chain are more than one answer holds.
  for (let after = '0x'; ; ) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `query ($after: Bytes!) {
          payments(first: 1000, orderBy: id, where: { id_gt: $after }) { id amount }
        }`,
        variables: { after },
      }),
    })
    const answer = (await response.json()) as {
      data?: { payments: { id: string; amount: string }[] }
      errors?: { message: string }[]
    }
    if (!answer.data) throw new Error(`the subgraph: ${answer.errors?.[0]?.message ?? 'no data'}`)
    for (const { amount } of answer.data.payments) total += BigInt(amount)
    const last = answer.data.payments.at(-1)
    if (!last || answer.data.payments.length < 1000) return total
    after = last.id
  }
}

async function clickhouse<T>(url: string, sql: string): Promise<T[]> {
  const response = await fetch(url, { method: 'POST', body: `${sql} FORMAT JSON` })
  const text = await response.text()
  if (!response.ok) throw new Error(`ClickHouse: ${text.slice(0, 300)}`)
  return (JSON.parse(text) as { data: T[] }).data
}
