import { PossibleReorgError } from '../errors/hostErrors.ts'
import type { ChainBlock, ChainLog, ChainReceipt, ChainTransaction } from './chainTypes.ts'

type Raw = Readonly<Record<string, unknown>>

const ZERO_HASH = `0x${'0'.repeat(64)}`
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

/** Reads a block of `eth_getBlockBy…` with whole transactions, or with their hashes alone. */
export function parseBlock(raw: Raw): ChainBlock {
  const baseFee = optional(raw.baseFeePerGas)
  const transactions = (raw.transactions as unknown[]).filter((one) => typeof one === 'object')
  return {
    number: Number(raw.number),
    hash: text(raw.hash),
    parentHash: text(raw.parentHash),
    timestamp: BigInt(raw.timestamp as string),
    unclesHash: text(raw.sha3Uncles ?? ZERO_HASH),
    author: text(raw.miner ?? ZERO_ADDRESS),
    stateRoot: text(raw.stateRoot),
    transactionsRoot: text(raw.transactionsRoot),
    receiptsRoot: text(raw.receiptsRoot),
    gasUsed: BigInt(raw.gasUsed as string),
    gasLimit: BigInt(raw.gasLimit as string),
    difficulty: optional(raw.difficulty) ?? 0n,
    totalDifficulty: optional(raw.totalDifficulty) ?? 0n,
    size: optional(raw.size),
    baseFeePerGas: baseFee,
    transactions: new Map(
      transactions.map((one) => {
        const transaction = parseTransaction(one as Raw, baseFee)
        return [transaction.hash, transaction]
      }),
    ),
  }
}

/** Reads a log of a mined block. */
export function parseLog(raw: Raw): ChainLog {
  if (raw.blockHash === null || raw.logIndex === null) {
    throw new PossibleReorgError('the node answered with a log of a block that is still pending')
  }
  return {
    address: text(raw.address),
    topics: (raw.topics as unknown[]).map(text),
    data: text(raw.data),
    blockHash: text(raw.blockHash),
    blockNumber: Number(raw.blockNumber),
    transactionHash: text(raw.transactionHash),
    transactionIndex: Number(raw.transactionIndex),
    logIndex: Number(raw.logIndex),
  }
}

/** Reads a transaction's receipt. */
export function parseReceipt(raw: Raw): ChainReceipt {
  return {
    transactionHash: text(raw.transactionHash),
    transactionIndex: Number(raw.transactionIndex),
    blockHash: text(raw.blockHash),
    blockNumber: Number(raw.blockNumber),
    cumulativeGasUsed: BigInt(raw.cumulativeGasUsed as string),
    gasUsed: BigInt(raw.gasUsed as string),
    contractAddress: raw.contractAddress == null ? null : text(raw.contractAddress),
    logs: (raw.logs as Raw[]).map(parseLog),
    status: optional(raw.status),
    root: raw.root == null ? null : text(raw.root),
    logsBloom: text(raw.logsBloom),
  }
}

function parseTransaction(raw: Raw, baseFee: bigint | null): ChainTransaction {
  return {
    hash: text(raw.hash),
    index: Number(raw.transactionIndex),
    from: text(raw.from),
    to: raw.to == null ? null : text(raw.to),
    value: BigInt(raw.value as string),
    gasLimit: BigInt(raw.gas as string),
    gasPrice: effectiveGasPrice(raw, baseFee),
    input: text(raw.input ?? raw.data ?? '0x'),
    nonce: BigInt(raw.nonce as string),
  }
}

/** What a transaction paid: its bid, bounded by its cap. A deposit of the OP stack pays nothing. */
function effectiveGasPrice(raw: Raw, baseFee: bigint | null): bigint {
  const cap = optional(raw.maxFeePerGas)
  const tip = optional(raw.maxPriorityFeePerGas)
  if (cap !== null && tip !== null && baseFee !== null) {
    const bid = baseFee + tip
    if (bid > cap) return cap
    return bid
  }
  return optional(raw.gasPrice) ?? 0n
}

function optional(value: unknown): bigint | null {
  return value === undefined || value === null ? null : BigInt(value as string)
}

function text(value: unknown): string {
  return String(value).toLowerCase()
}
