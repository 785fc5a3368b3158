import type { Provider } from 'ethers'
import { finalizedBlock } from '../../chain/finalizedBlock.ts'
import type { CommittedBatch } from '../../settlement/chain/settlementChain.ts'
import { querySubgraph } from '../../subgraph/querySubgraph.ts'
import type { EpochFacts, FinalBlock, FinalFacts, PaymentFacts } from './finalFacts.ts'

/** Rows of one answer; graph-node gives no more. */
const PAGE = 1_000
/** Farthest row that graph-node skips to. */
const MOST_SKIPPED = 5_000

// graph-node builds its field names by rules of its own: many an Epoch are `epoches`.
const EPOCH_FIELDS = 'epochId firstBatch lastBatch status'
const EPOCHS = `query Epochs($block: Bytes!, $from: BigInt!) {
  epochs: epoches(block: {hash: $block}, first: ${PAGE}, orderBy: epochId, where: {epochId_gte: $from}) {
    ${EPOCH_FIELDS}
  }
}`
const DISABLED = `query DisabledEpochs($block: Bytes!, $from: BigInt!) {
  epochs: epoches(
    block: {hash: $block}
    first: ${PAGE}
    orderBy: epochId
    where: {epochId_gte: $from, status: DISABLED}
  ) {
    ${EPOCH_FIELDS}
  }
}`
const BATCHES = `query Batches($block: Bytes!, $service: Int!, $from: BigInt!, $to: BigInt!) {
  batches(
    block: {hash: $block}
    first: ${PAGE}
    orderBy: batchId
    where: {serviceId: $service, batchId_gte: $from, batchId_lte: $to}
  ) {
    serviceId batchId firstInferenceNo count fees receiptsRoot attributionRoot paramsVersion
    daCommitment blockNumber transactionHash
  }
}`
const PAYMENTS = `query Payments($block: Bytes!, $from: BigInt!, $skip: Int!) {
  payments(
    block: {hash: $block}
    first: ${PAGE}
    skip: $skip
    orderBy: blockNumber
    where: {blockNumber_gte: $from}
  ) {
    account { accountId } epoch { epochId } payee amount cumulative transactionHash blockNumber
    logIndex
  }
}`
const PAID = `query Paid($block: Bytes!) {
  protocols(block: {hash: $block}, first: 1) { paid }
}`

interface EpochRow {
  epochId: string
  firstBatch: string
  lastBatch: string
  status: string
}
interface BatchRow {
  serviceId: number
  batchId: string
  firstInferenceNo: string
  count: number
  fees: string
  receiptsRoot: string
  attributionRoot: string
  paramsVersion: number
  daCommitment: string
  blockNumber: string
  transactionHash: string
}
interface PaymentRow {
  account: { accountId: string }
  epoch: { epochId: string }
  payee: string
  amount: string
  cumulative: string
  transactionHash: string
  blockNumber: string
  logIndex: number
}

/**
 * {@link FinalFacts} from the subgraph. Every answer is asked for at a block's hash: a subgraph that
 * still follows a fork which the chain has left does not know the hash, and says so.
 *
 * @param serviceId the service whose batches epochs are posted over
 */
export function createSubgraphFacts(
  subgraphUrl: string,
  provider: Provider,
  serviceId: number,
): FinalFacts {
  const ask = <Data>(query: string, at: FinalBlock, variables: Record<string, unknown> = {}) =>
    querySubgraph<Data>(subgraphUrl, query, { block: at.hash, ...variables })

  async function pages<Row>(
    next: (from: bigint) => Promise<Row[]>,
    idOf: (row: Row) => bigint,
    from: bigint,
  ): Promise<Row[]> {
    const rows: Row[] = []
    for (let start = from; ; start = idOf(rows[rows.length - 1]) + 1n) {
      const page = await next(start)
      rows.push(...page)
      if (page.length < PAGE) return rows
    }
  }
  const epochsBy = (query: string) => async (at: FinalBlock, from: bigint) => {
    const rows = await pages(
      async (start) =>
        (await ask<{ epochs: EpochRow[] }>(query, at, { from: start.toString() })).epochs,
      ({ epochId }) => BigInt(epochId),
      from,
    )
    return rows.map(epochFromRow)
  }

  return {
    async newestBlock() {
      const { _meta } = await querySubgraph<{ _meta: { block: { number: number } } }>(
        subgraphUrl,
        '{ _meta { block { number } } }',
      )
      const number = Math.min(await finalizedBlock(provider), _meta.block.number)
      const block = await provider.getBlock(number)
      if (block?.hash == null) throw new Error(`the RPC node does not know block ${number}`)
      return { number, hash: block.hash, time: new Date(block.timestamp * 1_000) }
    },
    epochs: epochsBy(EPOCHS),
    async disabledEpochs(at) {
      return (await epochsBy(DISABLED)(at, 1n)).map(({ epochId }) => epochId)
    },
    async batches(at, { firstBatch, lastBatch }) {
      const to = lastBatch.toString()
      const rows = await pages(
        async (start) => {
          const variables = { service: serviceId, from: start.toString(), to }
          return (await ask<{ batches: BatchRow[] }>(BATCHES, at, variables)).batches
        },
        ({ batchId }) => BigInt(batchId),
        firstBatch,
      )
      return rows.map(batchFromRow)
    },
    async payments(at, fromBlock) {
      const rows: PaymentFacts[] = []
      for (let skip = 0; ; skip += PAGE) {
        const variables = { from: fromBlock.toString(), skip }
        const { payments } = await ask<{ payments: PaymentRow[] }>(PAYMENTS, at, variables)
        rows.push(...payments.map(paymentFromRow))
        if (payments.length < PAGE) return rows.sort(byPlace)
        if (skip === MOST_SKIPPED) {
          // More may follow in the last block, so it comes whole with the next call.
          const last = rows[rows.length - 1].blockNumber
          return rows.filter(({ blockNumber }) => blockNumber < last).sort(byPlace)
        }
      }
    },
    async totalPaid(at) {
      const { protocols } = await ask<{ protocols: { paid: string }[] }>(PAID, at)
      return BigInt(protocols[0]?.paid ?? 0)
    },
  }
}

function epochFromRow(row: EpochRow): EpochFacts {
  return {
    epochId: BigInt(row.epochId),
    firstBatch: BigInt(row.firstBatch),
    lastBatch: BigInt(row.lastBatch),
    disabled: row.status === 'DISABLED',
  }
}

function batchFromRow(row: BatchRow): CommittedBatch {
  return {
    ...row,
    batchId: BigInt(row.batchId),
    firstInferenceNo: BigInt(row.firstInferenceNo),
    fees: BigInt(row.fees),
    blockNumber: Number(row.blockNumber),
  }
}

function paymentFromRow(row: PaymentRow): PaymentFacts {
  return {
    ...row,
    accountId: BigInt(row.account.accountId),
    epochId: BigInt(row.epoch.epochId),
    amount: BigInt(row.amount),
    cumulative: BigInt(row.cumulative),
    blockNumber: Number(row.blockNumber),
  }
}

function byPlace(left: PaymentFacts, right: PaymentFacts): number {
  return left.blockNumber - right.blockNumber || left.logIndex - right.logIndex
}
