import type { Heads } from '../chain/chainFacts.ts'
import type { SubgraphClient } from '../subgraph/subgraphClient.ts'
import type { InferenceRow } from './inferenceRow.ts'

export type PayoutState = 'METERED' | 'ATTRIBUTED' | 'COMMITTED' | 'POSTED' | 'SETTLED' | 'PAID'
export type Finality = 'UNSAFE' | 'SAFE' | 'FINALIZED'

export interface StatePoint {
  state: PayoutState
  /** Seconds since 1970. */
  timestamp: number
  block: number | null
  transaction: string | null
  finality: Finality | null
}

/** A batch as the subgraph tells of it, with its epoch once there is one. */
export interface BatchFacts {
  serviceId: number
  batchId: string
  firstInferenceNo: string
  count: number
  receiptsRoot: string
  attributionRoot: string
  daCommitment: string
  blockNumber: string
  timestamp: string
  transactionHash: string
  epoch: {
    epochId: string
    status: string
    root: string
    activatesAt: string
    blockNumber: string
    timestamp: string
    transactionHash: string
  } | null
}

interface PaymentFacts {
  account: { accountId: string }
  blockNumber: string
  timestamp: string
  transactionHash: string
}

const BATCH = `query ($number: BigInt!) {
  batches(first: 1, where: { firstInferenceNo_lte: $number, lastInferenceNo_gte: $number }) {
    serviceId batchId firstInferenceNo count receiptsRoot attributionRoot daCommitment
    blockNumber timestamp transactionHash
    epoch { epochId status root activatesAt blockNumber timestamp transactionHash }
  }
}`

const PAYMENTS = `query ($accounts: [String!], $epoch: BigInt!) {
  payments(
    first: 1000, orderBy: blockNumber, orderDirection: asc,
    where: { account_in: $accounts, epoch_: { epochId_gte: $epoch } }
  ) { account { accountId } blockNumber timestamp transactionHash }
}`

export function finalityOf(block: number, heads: Heads): Finality {
  if (heads.finalized && block <= heads.finalized.number) return 'FINALIZED'
  return heads.safe && block <= heads.safe.number ? 'SAFE' : 'UNSAFE'
}

/** The batch that holds an inference, or null while none is on chain. */
export async function batchOf(
  subgraph: SubgraphClient,
  inferenceNo: string,
): Promise<BatchFacts | null> {
  const { batches } = await subgraph.query<{ batches: BatchFacts[] }>(BATCH, {
    number: inferenceNo,
  })
  return batches[0] ?? null
}

/**
 * The states that an answer's money has reached, in their order: metered → attributed → committed →
 * posted → settled → paid, each with its block. It is paid once every account that it credits has
 * been paid by its epoch or a later one.
 *
 * @param accounts ids of the accounts that get wei of it
 */
export async function inferenceStates(options: {
  subgraph: SubgraphClient
  heads: Heads
  row: InferenceRow
  batch: BatchFacts | null
  accounts: string[]
}): Promise<StatePoint[]> {
  const { subgraph, heads, row, batch } = options
  const states: StatePoint[] = [offChain('METERED', Math.floor(Number(row.issued_at) / 1000))]
  if (row.attributed_at) {
    states.push(offChain('ATTRIBUTED', Math.floor(row.attributed_at.getTime() / 1000)))
  }
  if (!batch) return states
  const onChain = (
    state: PayoutState,
    at: { blockNumber: string; timestamp: string; transactionHash: string },
  ): StatePoint => ({
    state,
    timestamp: Number(at.timestamp),
    block: Number(at.blockNumber),
    transaction: at.transactionHash,
    finality: finalityOf(Number(at.blockNumber), heads),
  })
  states.push(onChain('COMMITTED', batch))
  const { epoch } = batch
  if (!epoch || epoch.status === 'DISABLED') return states
  states.push(onChain('POSTED', epoch))
  const settledAt = Number(epoch.activatesAt)
  if (epoch.status !== 'ACTIVATED' && heads.latest.timestamp < settledAt) return states
  states.push({
    ...offChain('SETTLED', settledAt),
    finality: finalityOf(Number(epoch.blockNumber), heads),
  })
  if (options.accounts.length === 0) return states
  const { payments } = await subgraph.query<{ payments: PaymentFacts[] }>(PAYMENTS, {
    accounts: options.accounts,
    epoch: epoch.epochId,
  })
  // Each account's first payment since counts; the answer is paid with the last of these.
  const first = new Map<string, PaymentFacts>()
  for (const payment of payments) {
    if (!first.has(payment.account.accountId)) first.set(payment.account.accountId, payment)
  }
  if (options.accounts.some((account) => !first.has(account))) return states
  const last = [...first.values()].reduce((latest, payment) =>
    Number(payment.blockNumber) > Number(latest.blockNumber) ? payment : latest,
  )
  states.push(onChain('PAID', last))
  return states
}

function offChain(state: PayoutState, timestamp: number): StatePoint {
  return { state, timestamp, block: null, transaction: null, finality: null }
}
